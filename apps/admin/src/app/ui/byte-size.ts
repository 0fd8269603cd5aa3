const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** A size as a number below a thousand with a unit. */
export function byteSize(bytes: number): string {
  let figure = bytes;
  let unit = 0;
  // A value that would be rounded to a thousand belongs to the next unit.
  while (Math.round(figure) >= 1_000 && unit < UNITS.length - 1) {
    figure /= 1_000;
    unit += 1;
  }
  const digits = unit === 0 || figure >= 100 ? 0 : 1;
  return `${figure.toFixed(digits)} ${UNITS[unit]}`;
}
