/**
 * The controllers that a client may connect to, in an order of its own. The order is random, so that a fleet spreads
 * over all controllers, and the clients of one that ended spread over all others.
 */
export class ControllerAddresses {
  private readonly urls: readonly string[];
  private index = 0;

  /**
   * @param url one address, or a list that is not empty
   * @param random returns a number from 0 to 1
   */
  constructor(url: string | readonly string[], random: () => number) {
    this.urls = typeof url === 'string' ? [url] : shuffled(url, random);
  }

  get count(): number {
    return this.urls.length;
  }

  /** The address of the current or the next connection. */
  get current(): string {
    const url = this.urls[this.index];
    if (url === undefined) throw new RangeError('there is no address');
    return url;
  }

  /** The connection to the current address ended: the next one goes to the address after it. */
  advance(): void {
    this.index = (this.index + 1) % this.urls.length;
  }
}

/** Fisher and Yates' shuffle. */
function shuffled(urls: readonly string[], random: () => number): string[] {
  const rest = [...urls];
  const result: string[] = [];
  while (rest.length > 0) {
    // A replaced `random` may return 1.
    const index = Math.min(rest.length - 1, Math.floor(random() * rest.length));
    result.push(...rest.splice(index, 1));
  }
  return result;
}
