import { waitUntil } from './wait-until.js';

describe('waitUntil', () => {
  it('returns the first truthy value', async () => {
    let calls = 0;
    await expect(waitUntil('three', () => (++calls === 3 ? calls : 0))).resolves.toBe(3);
  });

  it('passes on errors of the condition', async () => {
    const failing = (): boolean => {
      throw new Error('broken');
    };
    await expect(waitUntil('never', failing)).rejects.toThrow('broken');
  });
});
