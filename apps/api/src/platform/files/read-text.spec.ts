import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EncodingError, readText } from './read-text.js';

const TEXT = '{"name":"Zürich"}';

describe('readText', () => {
  const dir = mkdtempSync(join(tmpdir(), 'moolai-text-'));
  const path = join(dir, 'file');

  afterAll(() => rmSync(dir, { recursive: true }));

  it.each<[string, Buffer]>([
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${TEXT}`)],
    ['UTF-16, as PowerShell 5 writes it', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
    ['UTF-16 in the other order', Buffer.from(`\uFEFF${TEXT}`, 'utf16le').swap16()],
  ])('reads %s', async (_, bytes) => {
    writeFileSync(path, bytes);
    await expect(readText(path)).resolves.toBe(TEXT);
  });

  it('refuses Latin-1, and names the line', async () => {
    const bytes = Buffer.from('{\n"name":"Zürich"}', 'latin1');
    writeFileSync(path, bytes);
    const error = await readText(path).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EncodingError);
    expect(error).toMatchObject({ message: 'not UTF-8 (line 2): save it as UTF-8', bytes });
  });

  it('reads an empty file, and returns undefined for a missing one', async () => {
    writeFileSync(path, '');
    await expect(readText(path)).resolves.toBe('');
    await expect(readText(join(dir, 'none'))).resolves.toBeUndefined();
  });
});
