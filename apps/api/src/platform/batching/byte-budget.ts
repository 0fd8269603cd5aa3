/**
 * Memory that one kind of buffer may hold. What enters is taken off in bytes and given back when it leaves; what does
 * not fit is refused, so that nobody's size or number of messages decides how much memory the process needs.
 */
export class ByteBudget {
  private used = 0;
  private refused = 0;
  private readonly byOwner = new Map<string, number>();

  /** @param ownerLimitBytes how much of it one owner may hold, so that one cannot leave nothing for the others */
  constructor(
    readonly limitBytes: number,
    private readonly ownerLimitBytes = limitBytes,
  ) {}

  get usedBytes(): number {
    return this.used;
  }

  /** How often {@link take} said no. */
  get refusals(): number {
    return this.refused;
  }

  hasRoom(bytes: number): boolean {
    return this.used + bytes <= this.limitBytes;
  }

  /** Takes `bytes`; false when they do not fit, and then nothing is taken. */
  take(bytes: number, owner?: string): boolean {
    const ofOwner = owner === undefined ? 0 : (this.byOwner.get(owner) ?? 0);
    if (!this.hasRoom(bytes) || ofOwner + bytes > this.ownerLimitBytes) {
      this.refused += 1;
      return false;
    }
    this.used += bytes;
    if (owner !== undefined) this.byOwner.set(owner, ofOwner + bytes);
    return true;
  }

  /** Gives back what {@link take} took. */
  give(bytes: number, owner?: string): void {
    this.used -= bytes;
    if (owner === undefined) return;
    const left = (this.byOwner.get(owner) ?? 0) - bytes;
    if (left > 0) this.byOwner.set(owner, left);
    else this.byOwner.delete(owner);
  }
}
