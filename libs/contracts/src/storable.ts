/** Values nested deeper are refused, which bounds the recursion. */
export const MAX_JSON_DEPTH = 32;

/**
 * Returns why PostgreSQL could not store a parsed JSON value, or undefined if it could. Refuses NUL and lone surrogates
 * in strings, numbers out of the range of a double, and nesting beyond {@link MAX_JSON_DEPTH}.
 */
export function whyNotStorable(value: unknown, depth = 0): string | undefined {
  if (typeof value === 'string') return whyTextNotStorable(value);
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'a number is out of range';
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth >= MAX_JSON_DEPTH) return `it is nested deeper than ${MAX_JSON_DEPTH} levels`;
  for (const [key, member] of Object.entries(value)) {
    const reason = whyTextNotStorable(key) ?? whyNotStorable(member, depth + 1);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Returns why PostgreSQL could not store a text, or undefined if it could. */
export function whyTextNotStorable(text: string): string | undefined {
  if (text.includes('\u0000')) return 'a text has a NUL character';
  return text.isWellFormed() ? undefined : 'a text is not valid Unicode';
}
