import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock, waitUntil } from '@moolai/testing';
import { pino } from 'pino';
import { FileWriter } from './file-writer.js';
import { KeptFile } from './kept-file.js';
import type { FileContent } from './replace-file.js';

describe('FileWriter', () => {
  let folder: string;
  let path: string;
  let file: KeptFile;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'moolai-writer-'));
    path = join(folder, 'deep', 'file.json');
    file = new KeptFile(path, new FakeClock(), pino({ level: 'silent' }));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A text that takes the disk a while to write, and whose truncation is detectable. */
  function text(mark: string): string {
    return JSON.stringify({ mark, filler: mark.repeat(500_000) });
  }

  /** A writer of the latest `say`, and the number of times its content was built. */
  function writer(): {
    writer: FileWriter;
    say: (content: FileContent) => Promise<void>;
    made: () => number;
  } {
    let content: FileContent = '';
    let made = 0;
    const writer = new FileWriter(file, () => {
      made += 1;
      return content;
    });
    return {
      writer,
      made: () => made,
      say: (next) => {
        content = next;
        writer.changed();
        return writer.flush();
      },
    };
  }

  it('never shows a reader a partly written file', async () => {
    const { say } = writer();
    await say(text('a'));
    let isWriting = true;
    const writing = (async () => {
      for (const mark of ['b', 'c', 'd', 'e', 'f', 'g']) await say(text(mark));
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

  it('replaces the file instead of writing into it, with access for the owner only', async () => {
    const { say } = writer();
    await say('one');
    const before = statSync(path);
    await say('two');
    const after = statSync(path);
    expect(after.ino).not.toBe(before.ino);
    expect(after.mode & 0o777).toBe(0o600);
  });

  it('replaces the target of a symbolic link', async () => {
    const { say } = writer();
    await say('one');
    const elsewhere = join(folder, 'elsewhere.json');
    writeFileSync(elsewhere, 'old');
    rmSync(path);
    symlinkSync(elsewhere, path);
    await say('two');
    expect(readFileSync(elsewhere, 'utf8')).toBe('two');
  });

  it('writes pieces in order, whatever their number and size', async () => {
    const { say } = writer();
    const pieces = Array.from({ length: 40_000 }, (_, index) => `line ${index} äöü\n`);
    await say(pieces);
    expect(readFileSync(path, 'utf8')).toBe(pieces.join(''));
  });

  it('builds the content once for many changes in one turn, and once more for changes during a write', async () => {
    const { writer: many, say, made } = writer();
    await Promise.all(Array.from({ length: 500 }, (_, index) => say(`number ${index}`)));
    expect(made()).toBe(1);
    const first = say('first');
    await new Promise(setImmediate);
    const others = Array.from({ length: 500 }, (_, index) => say(`other ${index}`));
    await first;
    await Promise.all(others);
    expect(made()).toBe(3);
    expect(readFileSync(path, 'utf8')).toBe('other 499');
    await many.flush();
    expect(made()).toBe(3);
  });

  it('reports a failure, retries, and reports the recovery', async () => {
    writeFileSync(join(folder, 'deep'), 'a file in the place of the folder');
    const { writer: failing, say } = writer();
    await expect(say('x')).rejects.toThrow();
    expect(file.problem?.error).toMatch(/^(EEXIST|ENOTDIR)/);
    expect(file.problem?.error).not.toContain(folder);
    rmSync(join(folder, 'deep'));
    await waitUntil('it was tried again', () => file.problem === undefined);
    expect(readFileSync(path, 'utf8')).toBe('x');
    await failing.flush();
    failing.stop();
  });
});
