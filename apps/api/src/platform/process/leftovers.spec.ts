import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LEFT_AFTER_MS, removeLeftovers } from './leftovers.js';

describe('removeLeftovers', () => {
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'leftovers-'));
    const agoSec = (LEFT_AFTER_MS + 1_000) / 1_000;
    for (const [name, isOld] of [
      ['.env', true],
      ['.env.12', true],
      ['.env.new', false],
      ['encryption.key.0b7f5f0e-8a34-4f2c-9c59-0d5a1f0f5b1c', false],
      ['notes.12', true],
    ] as const) {
      writeFileSync(join(dir, name), '');
      if (isOld) utimesSync(join(dir, name), Date.now() / 1_000 - agoSec, Date.now() / 1_000 - agoSec);
    }
  });

  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('removes all temporary files of a process that was alone, and nothing else', () => {
    removeLeftovers([dir, join(dir, 'absent')], 0);
    expect(readdirSync(dir).sort()).toEqual(['.env', 'notes.12']);
  });

  it('leaves those that another process may be writing', () => {
    removeLeftovers([dir], LEFT_AFTER_MS);
    expect(readdirSync(dir).sort()).toEqual([
      '.env',
      '.env.new',
      'encryption.key.0b7f5f0e-8a34-4f2c-9c59-0d5a1f0f5b1c',
      'notes.12',
    ]);
  });
});
