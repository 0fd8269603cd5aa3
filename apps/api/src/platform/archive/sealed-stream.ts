import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const TAG_BYTES = 16;
const NONCE_BYTES = 12;
const SALT_BYTES = 16;
const CHUNK_BYTES = 65_536;

/** What an encrypted file begins with; the number says how the rest is to be read. */
const MAGIC = Buffer.from('moolai-sealed-1\n', 'latin1');
const HEADER_BYTES = MAGIC.length + SALT_BYTES;

/**
 * What OWASP asks of scrypt today. Part of the format, not of the file: a file that could name its own
 * would make whoever reads it spend any amount of memory.
 */
const COST = { N: 2 ** 17, r: 8, p: 1, maxmem: 2 ** 28 };

/** The file cannot be read with this passphrase, or is not what was written. */
export class SealError extends Error {}

function deriveKey(passphrase: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    scrypt(passphrase.normalize('NFKC'), salt, KEY_BYTES, COST, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  );
}

/**
 * Counts the chunks and marks the last one, so that none can be left out, moved or added, and an end that
 * was cut off is noticed (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár). A key is
 * used for one file alone, so that counting from zero repeats no nonce.
 */
class Nonces {
  private count = 0;

  next(isLast: boolean): Buffer {
    const nonce = Buffer.alloc(NONCE_BYTES);
    nonce.writeUIntBE(this.count, NONCE_BYTES - 7, 6);
    nonce[NONCE_BYTES - 1] = isLast ? 1 : 0;
    this.count += 1;
    return nonce;
  }
}

/** Cuts what comes into pieces of one size; the last one, which may be shorter, is given when all has come. */
abstract class ChunkTransform extends Transform {
  private waiting: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly size: number) {
    super();
  }

  protected abstract convert(chunk: Buffer, isLast: boolean): Buffer;

  override _transform(data: Buffer, _encoding: string, done: TransformCallback): void {
    this.waiting.push(data);
    this.bytes += data.length;
    try {
      // More than one: whether the newest is the last one is not known yet.
      if (this.bytes > this.size) this.giveWhole();
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    try {
      this.push(this.convert(Buffer.concat(this.waiting), true));
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  private giveWhole(): void {
    const all = Buffer.concat(this.waiting);
    let at = 0;
    for (; all.length - at > this.size; at += this.size) {
      this.push(this.convert(all.subarray(at, at + this.size), false));
    }
    this.waiting = [all.subarray(at)];
    this.bytes = all.length - at;
  }
}

class Sealing extends ChunkTransform {
  private readonly nonces = new Nonces();

  constructor(
    private readonly key: Buffer,
    private readonly header: Buffer,
  ) {
    super(CHUNK_BYTES);
    this.push(header);
  }

  protected convert(chunk: Buffer, isLast: boolean): Buffer {
    const cipher = createCipheriv(CIPHER, this.key, this.nonces.next(isLast), { authTagLength: TAG_BYTES });
    cipher.setAAD(this.header);
    return Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()]);
  }
}

class Unsealing extends ChunkTransform {
  private readonly nonces = new Nonces();

  constructor(
    private readonly key: Buffer,
    private readonly header: Buffer,
  ) {
    super(CHUNK_BYTES + TAG_BYTES);
  }

  protected convert(chunk: Buffer, isLast: boolean): Buffer {
    if (chunk.length < TAG_BYTES) throw new SealError('the encrypted file is cut off');
    const decipher = createDecipheriv(CIPHER, this.key, this.nonces.next(isLast), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(this.header);
    decipher.setAuthTag(chunk.subarray(-TAG_BYTES));
    const text = decipher.update(chunk.subarray(0, -TAG_BYTES));
    try {
      return Buffer.concat([text, decipher.final()]);
    } catch {
      // GCM tells no more than that it does not fit.
      throw new SealError('the passphrase is wrong, or the encrypted file is damaged or cut off');
    }
  }
}

/** Encrypts a stream of any length under a passphrase (AES-256-GCM, scrypt), a piece at a time. */
export async function seal(passphrase: string): Promise<Transform> {
  const salt = randomBytes(SALT_BYTES);
  return new Sealing(await deriveKey(passphrase, salt), Buffer.concat([MAGIC, salt]));
}

/** True when a file that begins like this is an encrypted one. @param start at least the first 16 bytes */
export function isSealed(start: Buffer): boolean {
  return start.subarray(0, MAGIC.length).equals(MAGIC);
}

/** How much of a file {@link unseal} wants to see first. */
export const SEAL_HEADER_BYTES = HEADER_BYTES;

/**
 * Decrypts what {@link seal} has made. Nothing comes out that was not written like this.
 * @param header the first {@link SEAL_HEADER_BYTES} of the file; the stream takes what follows them
 */
export async function unseal(passphrase: string, header: Buffer): Promise<Transform> {
  if (header.length < HEADER_BYTES) throw new SealError('the encrypted file is cut off');
  return new Unsealing(await deriveKey(passphrase, header.subarray(MAGIC.length)), header);
}
