import { SecretBox } from './secret-box.js';

const OLD = Buffer.alloc(32, 1);
const NEW = Buffer.alloc(32, 2);
const HERE = { column: 'table.column', row: 'a' };

describe('SecretBox', () => {
  it('returns the original, and shows nothing of it', () => {
    const box = new SecretBox([NEW]);
    for (const text of ['', 'x', 'postgres://ä:😀@host/db', 'x'.repeat(10_000)]) {
      const sealed = box.seal(text, HERE);
      expect(sealed).toMatch(/^enc:v1:[0-9a-f]{8}:[A-Za-z0-9_-]+$/);
      if (text.length > 1) expect(Buffer.from(sealed.slice(16), 'base64url').toString()).not.toContain(text);
      expect(box.open(sealed, HERE)).toEqual({ text });
    }
  });

  it('returns a different value each time, so that equal secrets cannot be recognized', () => {
    const box = new SecretBox([NEW]);
    expect(box.seal('x', HERE)).not.toBe(box.seal('x', HERE));
  });

  it('decrypts with every key, and encrypts with the first', () => {
    const sealed = new SecretBox([OLD]).seal('x', HERE);
    const both = new SecretBox([NEW, OLD]);
    expect(both.open(sealed, HERE)).toEqual({ text: 'x' });
    expect(both.seal('x', HERE).startsWith(both.currentPrefix)).toBe(true);
    expect(sealed.startsWith(both.currentPrefix)).toBe(false);
    expect(new SecretBox([NEW]).open(sealed, HERE)).toEqual({ text: undefined, keyId: sealed.slice(7, 15) });
  });

  it.each([
    { column: 'table.column', row: 'b' },
    { column: 'table.other', row: 'a' },
    { column: 'table.column.a', row: '' },
  ])('does not decrypt a value that was moved to %j', (elsewhere) => {
    const box = new SecretBox([NEW]);
    expect(box.open(box.seal('x', HERE), elsewhere).text).toBeUndefined();
  });

  it('does not decrypt a value with any altered byte', () => {
    const box = new SecretBox([NEW]);
    const sealed = box.seal('secret', HERE);
    const prefix = sealed.slice(0, 16);
    const bytes = Buffer.from(sealed.slice(16), 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(box.open(prefix + changed.toString('base64url'), HERE).text).toBeUndefined();
    }
    expect(box.open(prefix + bytes.subarray(0, 27).toString('base64url'), HERE).text).toBeUndefined();
  });

  it('treats a value in another format as plain text', () => {
    expect(new SecretBox([NEW]).open('postgres://host', HERE)).toEqual({ text: 'postgres://host' });
  });
});
