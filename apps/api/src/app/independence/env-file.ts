/** A flag's line: text before the key, the key, the value, and text after it (such as a comment). */
const LINE = /^(\s*(?:export\s+)?(ORCHESTRATOR_[A-Z0-9_]+_INDEPENDENT)\s*=\s*)(true|false)(\s*|\s+#.*)$/i;

/** The key of an orchestrator's line: its id in upper case, with every other character as `_` (contract section 4). */
export function envKey(orchestratorId: string): string {
  return `ORCHESTRATOR_${orchestratorId.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_INDEPENDENT`;
}

/** The independence flags in the text of an `.env` file, by key. */
export function parseEnvFlags(text: string): Map<string, boolean> {
  const flags = new Map<string, boolean>();
  for (const line of text.split('\n')) {
    const [, , key, value] = LINE.exec(line) ?? [];
    if (key && value) flags.set(key.toUpperCase(), value.toLowerCase() === 'true');
  }
  return flags;
}

/**
 * The text, line by line, with these flags: existing lines get the new value, and the other flags follow at the end.
 * Lines with an ended key are removed. All other lines belong to the operator and stay where they are.
 */
export function* withEnvFlags(
  text: string,
  flags: ReadonlyMap<string, boolean>,
  ended: ReadonlySet<string> = new Set(),
): Generator<string> {
  const written = new Set<string>();
  const body = text.trimEnd();
  for (const line of body === '' ? [] : body.split('\n')) {
    const [, before, name = '', , after] = LINE.exec(line) ?? [];
    const key = name.toUpperCase();
    const value = flags.get(key);
    if (value === undefined) {
      if (!ended.has(key)) yield `${line}\n`;
    } else if (!written.has(key)) {
      written.add(key);
      yield `${before}${value}${after}\n`;
    }
  }
  const missing = [...flags.keys()].filter((key) => !written.has(key)).sort();
  for (const key of missing) yield `${key}=${flags.get(key)}\n`;
}
