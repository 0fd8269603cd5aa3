import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const TAG_BYTES = 16;
const NONCE_BYTES = 12;
const SALT_BYTES = 16;
const CHUNK_BYTES = 65_536;

/** The first bytes of an encrypted file, with the version of the format. */
const MAGIC = Buffer.from('moolai-sealed-1\n', 'latin1');
const HEADER_BYTES = MAGIC.length + SALT_BYTES;

/**
 * OWASP's current recommendation for scrypt. Part of the format and not stored in the file: otherwise a file could make
 * its reader use any amount of memory.
 */
const COST = { N: 2 ** 17, r: 8, p: 1, maxmem: 2 ** 28 };

/** The file cannot be decrypted with this passphrase, or was altered. */
export class SealError extends Error {}

function deriveKey(passphrase: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    scrypt(passphrase.normalize('NFKC'), salt, KEY_BYTES, COST, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  );
}

/**
 * Numbers the chunks and marks the last one, so that omitted, reordered, added and truncated chunks are detected (the
 * STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár). Each key is used for one file only, so counting from
 * zero repeats no nonce.
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

/** Splits a stream into chunks of one size. The last one, which may be shorter, is emitted at the end of the stream. */
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
      // Keeps the newest chunk, because it may be the last one.
      if (this.bytes > this.size) this.pushWhole();
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

  private pushWhole(): void {
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
      // GCM gives no further reason.
      throw new SealError('the passphrase is wrong, or the encrypted file is damaged or cut off');
    }
  }
}

/** Encrypts a stream of any length under a passphrase (AES-256-GCM, scrypt), one chunk at a time. */
export async function seal(passphrase: string): Promise<Transform> {
  const salt = randomBytes(SALT_BYTES);
  return new Sealing(await deriveKey(passphrase, salt), Buffer.concat([MAGIC, salt]));
}

/**
 * True if a file with these first bytes is encrypted.
 * @param start at least the first 16 bytes
 */
export function isSealed(start: Buffer): boolean {
  return start.subarray(0, MAGIC.length).equals(MAGIC);
}

/** Number of bytes that {@link unseal} needs first. */
export const SEAL_HEADER_BYTES = HEADER_BYTES;

/**
 * Decrypts the output of {@link seal}. Emits only authenticated data.
 * @param header the first {@link SEAL_HEADER_BYTES} of the file; the stream continues after them
 */
export async function unseal(passphrase: string, header: Buffer): Promise<Transform> {
  if (header.length < HEADER_BYTES) throw new SealError('the encrypted file is cut off');
  return new Unsealing(await deriveKey(passphrase, header.subarray(MAGIC.length)), header);
}
