import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-128-ecb';
const BLOCK_BYTES = 16;
const COUNT_OFFSET = 8;

/**
 * Ids of events: the number of the event, encrypted. A plain number would tell a tenant how much happens in the whole
 * fleet. One block with one key for each process: ids of another process are not understood.
 */
export class EventIds {
  private readonly key = randomBytes(BLOCK_BYTES);

  /** The id of the event with this number. */
  idOf(count: number): string {
    const block = Buffer.alloc(BLOCK_BYTES);
    block.writeBigUInt64BE(BigInt(count), COUNT_OFFSET);
    const cipher = createCipheriv(ALGORITHM, this.key, null).setAutoPadding(false);
    return cipher.update(block).toString('hex');
  }

  /** The number of an event; undefined for what is no id of this process. */
  countOf(id: string): number | undefined {
    if (!/^[0-9a-f]{32}$/.test(id)) return undefined;
    const decipher = createDecipheriv(ALGORITHM, this.key, null).setAutoPadding(false);
    const block = decipher.update(Buffer.from(id, 'hex'));
    if (block.readBigUInt64BE(0) !== 0n) return undefined;
    const count = block.readBigUInt64BE(COUNT_OFFSET);
    return count <= Number.MAX_SAFE_INTEGER ? Number(count) : undefined;
  }
}
