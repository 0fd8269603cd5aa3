/** A set of rows by `id`, passed to a statement as a bitmap. */
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

  /** Size of {@link toBits} in bytes. */
  get bitsBytes(): number {
    return (this.highest >> 3) + 1;
  }

  /** A bitmap, numbered like PostgreSQL's `get_bit`. */
  toBits(): Buffer {
    const bits = Buffer.alloc(this.bitsBytes);
    for (const id of this.present) bits[id >> 3] = (bits[id >> 3] ?? 0) | (1 << (id & 7));
    return bits;
  }
}

/** Orchestrators in memory by status (all others are inactive, unless the row's flag is on), and connected ones. */
export interface LiveRowSets {
  active: RowSet;
  error: RowSet;
  connected: RowSet;
}
