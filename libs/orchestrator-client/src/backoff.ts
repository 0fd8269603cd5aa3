/** Bounds of the pause before a reconnect, in milliseconds. */
export interface BackoffBounds {
  firstMs: number;
  longestMs: number;
}

/**
 * Full jitter: anything from nothing to a bound that doubles with each attempt. A fleet that lost its
 * controller at one moment must not come back at one moment.
 *
 * @param attempt 0 for the first reconnect
 * @param random a number from 0 to 1
 */
export function fullJitterMs(attempt: number, bounds: BackoffBounds, random: number): number {
  const bound = Math.min(bounds.longestMs, bounds.firstMs * 2 ** Math.min(attempt, 30));
  return Math.round(bound * random);
}
