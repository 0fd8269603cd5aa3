import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
/** The key size of AES-256. */
export const KEY_BYTES = 32;
/** GCM's recommended size (NIST SP 800-38D, section 5.2.1.1). Random, so at most 2^32 values per key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID_LENGTH = 8;
const SEALED = /^enc:v1:([0-9a-f]{8}):([A-Za-z0-9_-]+)$/;

/** Where a value is stored. It can only be decrypted there, so that values cannot be swapped. */
export interface SecretPlace {
  /** Table and column, and the key within the value if it has several. */
  column: string;
  /** The key of the row. */
  row: string;
}

/** Result of decrypting a value. */
export type Opened = { text: string } | { text: undefined; keyId: string };

function keyIdOf(key: Buffer): string {
  return createHash('sha256')
    .update('moolai-controller key id:')
    .update(key)
    .digest('hex')
    .slice(0, KEY_ID_LENGTH);
}

function additionalData({ column, row }: SecretPlace): Buffer {
  return Buffer.from(JSON.stringify([column, row]), 'utf8');
}

/**
 * Encrypts secrets in the database, its backups and replicas (AES-256-GCM). The first key encrypts and all of them
 * decrypt, so that a key can be replaced without downtime.
 *
 * The format of a value is `enc:v1:<key id>:<nonce, ciphertext and tag as base64url>`.
 */
export class SecretBox {
  private readonly keys: Map<string, Buffer>;
  private readonly first: { id: string; key: Buffer };

  /** @param keys of 32 bytes each, at least one */
  constructor(keys: readonly Buffer[]) {
    const [first] = keys;
    if (!first) throw new Error('a secret box needs a key');
    this.keys = new Map(keys.map((key) => [keyIdOf(key), key]));
    this.first = { id: keyIdOf(first), key: first };
  }

  /** Prefix of values encrypted with the first key. */
  get currentPrefix(): string {
    return `enc:v1:${this.first.id}:`;
  }

  /** Encrypts a text for one place. */
  seal(text: string, place: SecretPlace): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.first.key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(additionalData(place));
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${this.currentPrefix}${sealed.toString('base64url')}`;
  }

  /**
   * Decrypts a value of a place. A value in another format is plain text written by SQL. The text is undefined if the
   * key is missing, or the value is damaged or from another place.
   */
  open(value: string, place: SecretPlace): Opened {
    const [, keyId, body] = SEALED.exec(value) ?? [];
    if (keyId === undefined || body === undefined) return { text: value };
    const key = this.keys.get(keyId);
    const bytes = Buffer.from(body, 'base64url');
    if (!key || bytes.length < NONCE_BYTES + TAG_BYTES) return { text: undefined, keyId };
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(additionalData(place));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const text = Buffer.concat([
        decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)),
        decipher.final(),
      ]);
      return { text: text.toString('utf8') };
    } catch {
      // Authentication failed; GCM gives no further reason.
      return { text: undefined, keyId };
    }
  }
}
