import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { StreamId } from './stream-id.js';

const ALGORITHM = 'aes-128-ecb';
const BLOCK_BYTES = 16;
const PURPOSE = 'moolai ids of events';
const GENERATION_BYTES = 6;
const NUMBER_OFFSET = 6;
const NUMBER_BYTES = 5;
const CHECK_OFFSET = 11;
const CHECK_BYTES = 5;

/**
 * Ids of events that all controllers of a fleet understand: the encrypted position in the stream. A plain one would
 * show a tenant how many events the whole fleet has. The keys are derived from the secrets for sessions.
 */
export class SharedEventIds {
  private readonly keys: Buffer[];

  /** @param secrets the first encrypts, all decrypt */
  constructor(secrets: string[]) {
    this.keys = secrets.map((secret) =>
      Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), PURPOSE, BLOCK_BYTES)),
    );
  }

  /** The id of the event at this position. */
  idOf({ generation, number }: StreamId): string {
    const block = Buffer.alloc(BLOCK_BYTES);
    block.writeUIntBE(generation, 0, GENERATION_BYTES);
    block.writeUIntBE(number, NUMBER_OFFSET, NUMBER_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.keys[0] ?? Buffer.alloc(BLOCK_BYTES), null);
    return cipher.setAutoPadding(false).update(block).toString('hex');
  }

  /** The position of an event; undefined for an id that was made with another secret. */
  positionOf(id: string): StreamId | undefined {
    if (!/^[0-9a-f]{32}$/.test(id)) return undefined;
    for (const key of this.keys) {
      const decipher = createDecipheriv(ALGORITHM, key, null).setAutoPadding(false);
      const block = decipher.update(Buffer.from(id, 'hex'));
      if (block.readUIntBE(CHECK_OFFSET, CHECK_BYTES) !== 0) continue;
      return {
        generation: block.readUIntBE(0, GENERATION_BYTES),
        number: block.readUIntBE(NUMBER_OFFSET, NUMBER_BYTES),
      };
    }
    return undefined;
  }

  /** An id from which no stream resumes. */
  unknown(): string {
    return randomBytes(BLOCK_BYTES).toString('hex');
  }
}
