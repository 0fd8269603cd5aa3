import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-128-ecb';
const BLOCK_BYTES = 16;
const COUNT_OFFSET = 8;

/**
 * Ids of events: the encrypted number of the event. A plain number would show a tenant how many events the whole fleet
 * has. One block with a random key per process, so ids of another process are rejected.
 */
export class EventIds {
  private readonly key = randomBytes(BLOCK_BYTES);
  // One for all: blocks of this mode do not depend on each other, and creating a cipher takes longer than everything
  // else about an event.
  private readonly cipher = createCipheriv(ALGORITHM, this.key, null).setAutoPadding(false);

  /** The id of the event with this number. */
  idOf(count: number): string {
    const block = Buffer.alloc(BLOCK_BYTES);
    block.writeBigUInt64BE(BigInt(count), COUNT_OFFSET);
    return this.cipher.update(block).toString('hex');
  }

  /** The number of an event; undefined for an id of another process. */
  countOf(id: string): number | undefined {
    if (!/^[0-9a-f]{32}$/.test(id)) return undefined;
    const decipher = createDecipheriv(ALGORITHM, this.key, null).setAutoPadding(false);
    const block = decipher.update(Buffer.from(id, 'hex'));
    if (block.readBigUInt64BE(0) !== 0n) return undefined;
    const count = block.readBigUInt64BE(COUNT_OFFSET);
    return count <= Number.MAX_SAFE_INTEGER ? Number(count) : undefined;
  }
}
