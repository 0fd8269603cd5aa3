import { numbersOf } from '@moolai/contracts';

/** Longest decimal that is kept; PostgreSQL could store far more, and nobody's price needs it. */
const MAX_DIGITS = 60;

/**
 * The `cost_usd` of each usage entry of a report, digit by digit as it was sent. A number that has been through a
 * double may have other digits, and money must not. Reads the text itself: the reviver of `JSON.parse` sees the text of
 * a number from Node 22 on only.
 *
 * @param frame the report as it came, known to be valid JSON
 * @param usage its entries, as they were parsed
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
    // A key that came twice: the last one counts, as for everything else of the report.
    return source !== undefined && Number(source) === parsed ? decimal(source) : String(parsed);
  });
}

function decimal(source: string): string {
  return source.length <= MAX_DIGITS ? source : String(Number(source));
}
