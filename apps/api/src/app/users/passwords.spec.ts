import { stat } from 'node:fs/promises';
import { Passwords } from './passwords.js';

const FLOOD = 24;

describe('Passwords', () => {
  const passwords = new Passwords();

  it('tells a correct password from a wrong or missing one', async () => {
    const kept = await passwords.hash('the right one');
    await expect(passwords.matches('the right one', kept)).resolves.toBe(true);
    await expect(passwords.matches('another', kept)).resolves.toBe(false);
    await expect(passwords.matches('the right one', null)).resolves.toBe(false);
  });

  it('leaves threads for files while it checks many passwords, and checks them all', async () => {
    const kept = await passwords.hash('the right one');
    let done = 0;
    const flood = Array.from({ length: FLOOD }, () =>
      passwords.matches('the right one', kept).finally(() => (done += 1)),
    );
    await stat(import.meta.filename);
    // With all threads taken it would wait for nearly all of them.
    expect(done).toBeLessThan(FLOOD / 2);
    expect(await Promise.all(flood)).not.toContain(false);
  });

  it('continues after a failure', async () => {
    const bad = Array.from({ length: 5 }, () => passwords.matches('x', 'no digest').catch(() => 'failed'));
    expect(new Set(await Promise.all(bad))).toEqual(new Set(['failed']));
    await expect(passwords.matches('x', null)).resolves.toBe(false);
  });
});
