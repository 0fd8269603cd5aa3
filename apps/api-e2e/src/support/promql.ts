const KEYWORDS = new Set(
  'and or unless bool offset by without on ignoring group_left group_right inf nan atan2 start end'.split(
    ' ',
  ),
);
const GROUPING = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;

function sorted(names: Iterable<string>): string[] {
  return [...new Set(names)].sort();
}

function withoutTexts(expression: string): string {
  return expression.replace(/"(?:[^"\\]|\\.)*"/g, '""').replace(/\$\w+|\$\{\w+\}/g, '1m');
}

/** The metrics in a PromQL expression. */
export function metricsIn(expression: string): string[] {
  const bare = withoutTexts(expression)
    .replace(/\{[^}]*\}/g, ' ')
    .replace(/\[[^\]]*\]/g, ' ')
    .replace(GROUPING, ' ');
  const names = [...bare.matchAll(/(?<![\w:.])([a-zA-Z_:][\w:]*)(\s*\()?/g)];
  return sorted(
    names.flatMap(([, name = '', call]) => (call || KEYWORDS.has(name.toLowerCase()) ? [] : [name])),
  );
}

/** The labels that a PromQL expression selects and groups by. */
export function labelsIn(expression: string): string[] {
  const bare = withoutTexts(expression);
  const selected = [...bare.matchAll(/\{([^}]*)\}/g)].flatMap(([, text = '']) => text.split(','));
  const grouped = [...bare.matchAll(GROUPING)].flatMap(([, text = '']) => text.split(','));
  return sorted([...selected, ...grouped].flatMap((part) => /^\s*(\w+)/.exec(part)?.[1] ?? []));
}
