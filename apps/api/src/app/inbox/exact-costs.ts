/** Longest decimal that is kept; PostgreSQL could store far more, and nobody's price needs it. */
const MAX_DIGITS = 60;

interface ParseContext {
  source?: string;
}

/**
 * The `cost_usd` of each usage entry of a report, digit by digit as it was sent. A number that has been
 * through a double may have other digits, and money must not.
 *
 * @param frame the report as it came, known to be valid JSON
 */
export function exactCosts(frame: string): (string | null)[] {
  const costs: (string | null)[] = [];
  const reviver = (key: string, value: unknown, context?: ParseContext): unknown => {
    if (key !== 'cost_usd' || typeof value !== 'number') return value;
    return { exact: context?.source ?? String(value) };
  };
  try {
    const { usage } = JSON.parse(frame, reviver) as { usage?: { cost_usd?: { exact: string } }[] };
    for (const entry of usage ?? []) costs.push(entry.cost_usd ? decimal(entry.cost_usd.exact) : null);
  } catch {
    // The gateway has parsed it before; without entries there is nothing to price.
  }
  return costs;
}

function decimal(source: string): string {
  return source.length <= MAX_DIGITS ? source : String(Number(source));
}
