/**
 * Limits the memory of one kind of buffer. Bytes are reserved when data enters and released when it leaves. Data that
 * does not fit is refused, so the number and size of messages cannot exhaust the process's memory.
 */
export class ByteBudget {
  private used = 0;
  private refused = 0;
  private readonly byOwner = new Map<string, number>();

  /** @param ownerLimitBytes the share of one owner, so that one cannot use up the whole budget */
  constructor(
    readonly limitBytes: number,
    private readonly ownerLimitBytes = limitBytes,
  ) {}

  get usedBytes(): number {
    return this.used;
  }

  /** How often {@link reserve} refused. */
  get refusals(): number {
    return this.refused;
  }

  hasRoom(bytes: number): boolean {
    return this.used + bytes <= this.limitBytes;
  }

  /** Reserves `bytes`; returns false and reserves nothing if they do not fit. */
  reserve(bytes: number, owner?: string): boolean {
    const ofOwner = owner === undefined ? 0 : (this.byOwner.get(owner) ?? 0);
    if (!this.hasRoom(bytes) || ofOwner + bytes > this.ownerLimitBytes) {
      this.refused += 1;
      return false;
    }
    this.used += bytes;
    if (owner !== undefined) this.byOwner.set(owner, ofOwner + bytes);
    return true;
  }

  /** Releases bytes that {@link reserve} reserved. */
  release(bytes: number, owner?: string): void {
    this.used -= bytes;
    if (owner === undefined) return;
    const left = (this.byOwner.get(owner) ?? 0) - bytes;
    if (left > 0) this.byOwner.set(owner, left);
    else this.byOwner.delete(owner);
  }
}
