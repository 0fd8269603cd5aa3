import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileWriter } from './file-writer.js';

describe('FileWriter', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'moolai-writer-'));
    path = join(folder, 'deep', 'file.json');
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A text that takes the disk a while, and that shows when it is cut. */
  function text(mark: string): string {
    return JSON.stringify({ mark, filler: mark.repeat(4_000_000) });
  }

  it('is never seen half written by a reader', async () => {
    const writer = new FileWriter(path);
    await writer.write(text('a'));
    let isWriting = true;
    const writing = (async () => {
      for (const mark of ['b', 'c', 'd', 'e', 'f', 'g']) await writer.write(text(mark));
      isWriting = false;
    })();
    let reads = 0;
    while (isWriting) {
      expect(() => JSON.parse(readFileSync(path, 'utf8')) as unknown).not.toThrow();
      reads += 1;
      await new Promise(setImmediate);
    }
    await writing;
    expect(reads).toBeGreaterThan(3);
    expect(readdirSync(join(folder, 'deep'))).toEqual(['file.json']);
  });

  it('replaces the file rather than to write into it, for its owner only', async () => {
    const writer = new FileWriter(path);
    await writer.write('one');
    const before = statSync(path);
    await writer.write('two');
    const after = statSync(path);
    expect(after.ino).not.toBe(before.ino);
    expect(after.mode & 0o777).toBe(0o600);
  });

  it('ends with the newest of many writes that overlap', async () => {
    const writer = new FileWriter(path);
    await Promise.all(Array.from({ length: 50 }, (_, index) => writer.write(`number ${index}`)));
    await expect(readFile(path, 'utf8')).resolves.toBe('number 49');
  });

  it('goes on after a write that failed', async () => {
    writeFileSync(join(folder, 'deep'), 'a file in the place of the folder');
    const writer = new FileWriter(path);
    await expect(writer.write('x')).rejects.toThrow();
    rmSync(join(folder, 'deep'));
    await writer.write('y');
    expect(readFileSync(path, 'utf8')).toBe('y');
  });
});
