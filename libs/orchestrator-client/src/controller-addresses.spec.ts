import fc from 'fast-check';
import { ControllerAddresses } from './controller-addresses.js';

const URLS = ['ws://a', 'ws://b', 'ws://c'];

/** Each address once, in the order in which a client tries them. */
function round(url: string | readonly string[], ...values: number[]): string[] {
  const addresses = new ControllerAddresses(url, () => values.shift() ?? 0);
  return Array.from({ length: addresses.count }, () => {
    const { current } = addresses;
    addresses.advance();
    return current;
  });
}

describe('ControllerAddresses', () => {
  it('tries each address once in a round, whatever the random numbers', () => {
    const random = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(random, random, random, (...values) => {
        expect(round(URLS, ...values).sort()).toEqual(URLS);
      }),
    );
  });

  it('has every order equally often, so that each address is as often first, and as often next to each other', () => {
    const orders = [0.1, 0.5, 0.9].flatMap((first) =>
      [0.2, 0.7].map((second) => round(URLS, first, second).join(' ')),
    );
    expect(new Set(orders).size).toBe(6);
  });

  it('starts over after the last one', () => {
    const addresses = new ControllerAddresses(URLS, () => 0);
    const seen = Array.from({ length: 5 }, () => {
      const { current } = addresses;
      addresses.advance();
      return current;
    });
    expect(seen).toEqual(['ws://a', 'ws://b', 'ws://c', 'ws://a', 'ws://b']);
  });

  it('stays with a single one, and needs no random number for it', () => {
    const addresses = new ControllerAddresses('ws://a', () => {
      throw new Error('not needed');
    });
    addresses.advance();
    expect(addresses.current).toBe('ws://a');
  });
});
