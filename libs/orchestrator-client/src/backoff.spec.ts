import fc from 'fast-check';
import { fullJitterMs } from './backoff.js';

const bounds = { firstMs: 1_000, longestMs: 60_000 };

describe('fullJitterMs', () => {
  it('stays between 0 and the bound of its attempt, however many attempts failed', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
        const ms = fullJitterMs(attempt, bounds, random);
        return ms >= 0 && ms <= Math.min(60_000, 1_000 * 2 ** attempt);
      }),
    );
  });

  it('doubles its bound with each attempt up to the longest pause', () => {
    const bound = [0, 1, 2, 5, 6, 20].map((attempt) => fullJitterMs(attempt, bounds, 1));
    expect(bound).toEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000]);
  });
});
