const FIRST_MS = 1_000;
const LONGEST_MS = 15_000;

/**
 * Time until the next attempt: doubles with each failure, with a random value from the upper half, so that many
 * consoles do not reconnect at the same moment.
 *
 * @param failures number of consecutive failures
 * @param random from 0 to 1
 */
export function backOffMs(failures: number, random: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10));
  return Math.round(ceiling * (0.5 + random / 2));
}
