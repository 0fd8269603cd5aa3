/** The value that `share` of all values do not exceed. */
export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** The newest value. */
export function last(values: number[]): number {
  return values.at(-1) ?? NaN;
}

export interface Spread {
  median: number;
  min: number;
  max: number;
}

/** Median of the rounds with the smallest and the largest. */
export function spread(values: number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** A number for a table: three significant digits, no exponent. */
export function format(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(value < 10 ? 2 : 3)));
}

/** `2.1 (1.9–2.4)`, with its unit. */
export function formatSpread({ median: middle, min, max }: Spread, unit = ''): string {
  const tail = unit ? ` ${unit}` : '';
  return min === max
    ? `${format(middle)}${tail}`
    : `${format(middle)}${tail} (${format(min)}–${format(max)})`;
}
