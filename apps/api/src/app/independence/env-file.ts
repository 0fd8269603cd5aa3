const LINE = /^\s*(ORCHESTRATOR_[A-Z0-9_]+_INDEPENDENT)\s*=\s*(true|false)\s*$/i;

/** The key of an orchestrator's line: its id upper-cased, every other character as `_` (contract section 4). */
export function envKey(orchestratorId: string): string {
  return `ORCHESTRATOR_${orchestratorId.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_INDEPENDENT`;
}

/** The independence flags in the text of an `.env` file, by key. */
export function parseEnvFlags(text: string): Map<string, boolean> {
  const flags = new Map<string, boolean>();
  for (const line of text.split('\n')) {
    const [, key, value] = LINE.exec(line) ?? [];
    if (key && value) flags.set(key.toUpperCase(), value.toLowerCase() === 'true');
  }
  return flags;
}

/** The text with a line for each flag. Lines that are not ours are an operator's, and stay. */
export function withEnvFlags(text: string, flags: ReadonlyMap<string, boolean>): string {
  const foreign = text.split('\n').filter((line) => !LINE.test(line));
  while (foreign.at(-1)?.trim() === '') foreign.pop();
  const own = [...flags].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${key}=${value}`);
  const lines = [...foreign, ...own];
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
