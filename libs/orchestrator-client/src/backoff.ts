/** Bounds of the pause before a reconnect, in milliseconds. */
export interface BackoffBounds {
  firstMs: number;
  longestMs: number;
}

/**
 * Full jitter: a random pause between 0 and a bound that doubles with each attempt. It keeps a fleet that lost its
 * controller from reconnecting all at once.
 *
 * @param attempt 0 for the first reconnect
 * @param random a number from 0 to 1
 */
export function fullJitterMs(attempt: number, bounds: BackoffBounds, random: number): number {
  const bound = Math.min(bounds.longestMs, bounds.firstMs * 2 ** Math.min(attempt, 30));
  return Math.round(bound * random);
}
