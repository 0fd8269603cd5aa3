import { EventIds } from './event-ids.js';

describe('EventIds', () => {
  it('decodes each of its ids', () => {
    const ids = new EventIds();
    for (const count of [0, 1, 255, 256, 1_000_000, 2 ** 40])
      expect(ids.countOf(ids.idOf(count))).toBe(count);
  });

  it('hides the number: consecutive ids differ in about half of their bits', () => {
    const ids = new EventIds();
    const bitsOf = (count: number): string =>
      BigInt(`0x${ids.idOf(count)}`)
        .toString(2)
        .padStart(128, '0');
    for (let count = 0; count < 50; count += 1) {
      const [one, next] = [bitsOf(count), bitsOf(count + 1)];
      const different = [...one].filter((bit, index) => bit !== next[index]).length;
      expect(different).toBeGreaterThan(20);
    }
  });

  it.each(['', '7', 'rubbish', 'f'.repeat(32), 'F'.repeat(32), `${'0'.repeat(31)}g`])('rejects %j', (id) => {
    expect(new EventIds().countOf(id)).toBeUndefined();
  });

  it('rejects an id of another process', () => {
    expect(new EventIds().countOf(new EventIds().idOf(7))).toBeUndefined();
  });
});
