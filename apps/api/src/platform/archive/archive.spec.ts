import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkArchive, isEncryptedArchive, readSections } from './archive-reader.js';
import { ArchiveWriter, PART_BYTES } from './archive-writer.js';

const PASSPHRASE = 'a passphrase of tests';
const AT = new Date('2026-11-24T11:00:00Z');
// Compresses badly, so that the file has many chunks.
const LONG = Buffer.alloc(PART_BYTES + 3);
for (let at = 0; at < LONG.length; at += 1) LONG[at] = (at * 2_654_435_761) >>> ((at % 3) * 8);

async function* pieces(...contents: Buffer[]): AsyncGenerator<Buffer> {
  for (const content of contents) yield await Promise.resolve(content);
}

describe.each([undefined, PASSPHRASE])('an archive with the passphrase %p', (passphrase) => {
  let dir: string;
  let path: string;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'moolai-archive-'));
    path = join(dir, 'whole');
    const writer = await ArchiveWriter.create(path, passphrase, AT);
    await writer.add('short', pieces(Buffer.from('some '), Buffer.from('words')));
    await writer.add('long', pieces(LONG, Buffer.from('end')));
    await writer.add('empty', pieces());
    await writer.finish({ sections: writer.sections, note: 'hello' });
  });

  afterAll(() => rmSync(dir, { recursive: true }));

  function changed(change: (bytes: Buffer) => Buffer): string {
    const copy = join(dir, 'changed');
    writeFileSync(copy, change(Buffer.from(readFileSync(path))));
    return copy;
  }

  it('returns all sections in order', async () => {
    await expect(checkArchive(path, passphrase)).resolves.toMatchObject({ note: 'hello' });
    const found: [string, number][] = [];
    for await (const { name, content } of readSections(path, passphrase)) {
      const chunks: Buffer[] = [];
      for await (const chunk of content) chunks.push(chunk);
      const whole = Buffer.concat(chunks);
      found.push([name, whole.length]);
      if (name === 'long') expect(whole.subarray(0, LONG.length).equals(LONG)).toBe(true);
    }
    expect(found).toEqual([
      ['short', 10],
      ['long', LONG.length + 3],
      ['empty', 0],
    ]);
  });

  it('shows no plain text in the file', async () => {
    await expect(isEncryptedArchive(path)).resolves.toBe(passphrase !== undefined);
    if (passphrase === undefined) return;
    await expect(checkArchive(path)).rejects.toThrow('set BACKUP_PASSPHRASE');
    await expect(checkArchive(path, 'another passphrase')).rejects.toThrow('the passphrase is wrong');
  });

  it.each([
    ['one bit was flipped', (bytes: Buffer) => bytes.fill(bytes[300_000]! ^ 1, 300_000, 300_001)],
    ['its end is missing', (bytes: Buffer) => bytes.subarray(0, -40)],
    ['its end is missing from a chunk boundary on', (bytes: Buffer) => bytes.subarray(0, 32 + 2 * 65_552)],
    ['only its header is left', (bytes: Buffer) => bytes.subarray(0, 32)],
    [
      'a part is missing',
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 65_584), bytes.subarray(131_136)]),
    ],
    ['two parts were swapped', swapped],
    ['it is another kind of file', () => Buffer.from('x'.repeat(100_000))],
  ])('is refused when %s', async (_, change) => {
    await expect(checkArchive(changed(change), passphrase)).rejects.toThrow(
      /damaged|cut off|not those of its manifest/,
    );
  });
});

function swapped(bytes: Buffer): Buffer {
  const [from, size] = [32, 65_552];
  const [first, second] = [bytes.subarray(from, from + size), bytes.subarray(from + size, from + 2 * size)];
  return Buffer.concat([bytes.subarray(0, from), second, first, bytes.subarray(from + 2 * size)]);
}
