/** Names used by many owners, in memory with a limit: the least recent owner is dropped first. */
export class OwnedNames<K> {
  private readonly byOwner = new Map<K, Set<string>>();
  private total = 0;

  constructor(private readonly maxTotal: number) {}

  hasOwner(owner: K): boolean {
    return this.byOwner.has(owner);
  }

  has(owner: K, name: string): boolean {
    return this.byOwner.get(owner)?.has(name) ?? false;
  }

  countOf(owner: K): number {
    return this.byOwner.get(owner)?.size ?? 0;
  }

  /** Adds an owner without names. */
  open(owner: K): void {
    if (!this.byOwner.has(owner)) this.byOwner.set(owner, new Set());
  }

  add(owner: K, name: string): void {
    const names = this.byOwner.get(owner);
    if (!names || names.has(name)) return;
    names.add(name);
    this.total += 1;
  }

  delete(owner: K, name: string): void {
    if (this.byOwner.get(owner)?.delete(name)) this.total -= 1;
  }

  /** Marks an owner as recent. */
  touch(owner: K): void {
    const names = this.byOwner.get(owner);
    if (!names) return;
    this.byOwner.delete(owner);
    this.byOwner.set(owner, names);
  }

  /** Drops the least recent owners until the rest fits. */
  trim(): void {
    for (const [owner, names] of this.byOwner) {
      if (this.total + this.byOwner.size <= this.maxTotal) return;
      this.byOwner.delete(owner);
      this.total -= names.size;
    }
  }

  clear(): void {
    this.byOwner.clear();
    this.total = 0;
  }
}
