/** A set of rows by their `id`, as a statement takes thousands of them: one bit for each row that there is. */
export class RowSet {
  private readonly present: number[] = [];
  private highest = 0;

  /** @param id not in the set yet */
  add(id: number): void {
    this.present.push(id);
    if (id > this.highest) this.highest = id;
  }

  get ids(): readonly number[] {
    return this.present;
  }

  get size(): number {
    return this.present.length;
  }

  /** How many bytes {@link toBits} takes. */
  get bitsBytes(): number {
    return (this.highest >> 3) + 1;
  }

  /** Bit `id` is set when `id` is in the set; numbered as PostgreSQL's `get_bit` does. */
  toBits(): Buffer {
    const bits = Buffer.alloc(this.bitsBytes);
    for (const id of this.present) bits[id >> 3] = (bits[id >> 3] ?? 0) | (1 << (id & 7));
    return bits;
  }
}

/** Who has which status in memory (everyone else is inactive, unless the row's flag is on), and who is connected. */
export interface LiveRowSets {
  active: RowSet;
  error: RowSet;
  connected: RowSet;
}
