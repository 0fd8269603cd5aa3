/** The `data` of an answer as JSON, in parts. */
export class JsonParts {
  constructor(private readonly parts: readonly string[]) {}

  /** UTF-8 of `before`, the data and `after`. */
  toBytes(before = '', after = ''): Buffer {
    const all = [before, ...this.parts, after];
    const bytes = Buffer.allocUnsafe(all.reduce((sum, part) => sum + Buffer.byteLength(part), 0));
    let end = 0;
    for (const part of all) end += bytes.write(part, end);
    return bytes;
  }
}

/** Answers 304 without a body: the caller has the current state already. */
export const NOT_MODIFIED = Symbol('NOT_MODIFIED');

/**
 * True if an `If-None-Match` header names the tag (RFC 9110, section 13.1.2: the comparison is weak). A header of
 * another form names no tag, so that the caller gets the whole answer.
 */
export function hasTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((one) => one.trim().replace(/^W\//, '') === `"${tag}"`);
}
