const FIRST_MS = 1_000;
const LONGEST_MS = 15_000;

/**
 * How long to wait before the next attempt: twice as long each time, and somewhere in the upper half of
 * it, so that a hundred consoles do not come back in the same moment.
 *
 * @param failures how many attempts in a row have failed
 * @param random from 0 to 1
 */
export function backOffMs(failures: number, random: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10));
  return Math.round(ceiling * (0.5 + random / 2));
}
