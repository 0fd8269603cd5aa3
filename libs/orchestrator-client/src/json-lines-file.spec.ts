import { mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { JsonLinesFile } from './json-lines-file.js';

describe('JsonLinesFile', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'json-lines-'));
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  function open(name: string, kept: string[] = []): { file: JsonLinesFile; texts: string[] } {
    const file = new JsonLinesFile(join(directory, name), { isSynced: false, snapshot: () => kept });
    const texts = file.open().map(({ text }) => text);
    kept.push(...texts);
    return { file, texts };
  }

  it('returns every complete line, wherever a kill cut the file, and appends after it', async () => {
    const lines = fc.array(
      fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify({ text })),
      {
        minLength: 1,
        maxLength: 8,
      },
    );
    let number = 0;
    await fc.assert(
      fc.asyncProperty(lines, fc.double({ min: 0, max: 1, noNaN: true }), async (written, share) => {
        const name = `${(number += 1)}.jsonl`;
        const { file } = open(name);
        await Promise.all(written.map((line) => file.append(line)));
        const whole = readFileSync(join(directory, name));
        const length = Math.floor(whole.length * share);
        truncateSync(join(directory, name), length);
        const expected = written.filter(
          (_, index) => Buffer.byteLength(written.slice(0, index + 1).join('\n')) <= length,
        );

        const kept: string[] = [];
        const { file: second, texts } = open(name, kept);
        expect(texts).toEqual(expected);
        kept.push('{"next":1}');
        await second.append('{"next":1}');
        expect(open(name).texts).toEqual([...expected, '{"next":1}']);
      }),
      { numRuns: 60 },
    );
  });

  it('writes lines that arrive during a write together and in order', async () => {
    const { file } = open('a.jsonl');
    const lines = Array.from({ length: 500 }, (_, index) => `{"index":${index}}`);
    await Promise.all(lines.map((line) => file.append(line)));
    expect(readFileSync(join(directory, 'a.jsonl'), 'utf8')).toBe(lines.map((line) => `${line}\n`).join(''));
  });

  it('keeps only the snapshot in memory, not every line, while the disk is slow', async () => {
    const kept: string[] = [];
    const { file } = open('a.jsonl', kept);
    const padding = 'x'.repeat(1_000);
    const written = Array.from({ length: 2_000 }, (_, index) => {
      kept.splice(0, 1, JSON.stringify({ index, padding }));
      return file.append(kept[0] ?? '');
    });
    await Promise.all(written);
    expect(readFileSync(join(directory, 'a.jsonl'), 'utf8').length).toBeLessThan(300_000);
    const { texts } = open('a.jsonl');
    expect(texts.at(-1)).toBe(kept[0]);
  });
});
