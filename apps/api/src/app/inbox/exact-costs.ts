import { numbersOf } from '@moolai/contracts';

/** Maximum length of a decimal; PostgreSQL could store far more, but no price needs it. */
const MAX_DIGITS = 60;

/**
 * The exact digits of `cost_usd` in each usage entry of a report. Parsing as a double may change digits, which must not
 * happen to money. Scans the text itself, because the reviver of `JSON.parse` only sees the source text from Node 22
 * on.
 *
 * @param frame the received report, valid JSON
 * @param usage its parsed entries
 */
export function exactCosts(
  frame: string,
  usage: readonly { cost_usd?: number | undefined }[],
): (string | null)[] {
  const sources = new Map<number, string>();
  for (const { path, source } of numbersOf(frame)) {
    if (path.length === 3 && path[0] === 'usage' && path[2] === 'cost_usd')
      sources.set(Number(path[1]), source);
  }
  return usage.map(({ cost_usd: parsed }, index) => {
    if (parsed === undefined) return null;
    const source = sources.get(index);
    // For a duplicate key the last value counts, as in the rest of the report.
    return source !== undefined && Number(source) === parsed ? decimal(source) : String(parsed);
  });
}

function decimal(source: string): string {
  return source.length <= MAX_DIGITS ? source : String(Number(source));
}
