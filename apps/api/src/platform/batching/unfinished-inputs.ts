import type { ByteBudget } from './byte-budget.js';

/**
 * Inputs that have arrived in part, within one budget. If the next bytes do not fit, the input that has waited longest
 * for its next bytes is dropped: a stalled or very slow input makes room for an active one.
 */
export class UnfinishedInputs<T> {
  /** Bytes of each input, ordered by the arrival of their latest bytes. */
  private readonly held = new Map<T, number>();

  /**
   * @param giveUp drops an input to make room
   * @param isSpared true for an input that may only be dropped in favour of another unfinished one
   */
  constructor(
    private readonly budget: ByteBudget,
    private readonly giveUp: (input: T) => void,
    private readonly isSpared: (input: T) => boolean = () => false,
  ) {}

  /** Counts more bytes of an input, and drops it if no other one can make room. */
  add(input: T, bytes: number): void {
    const former = this.remove(input);
    while (!this.budget.reserve(bytes)) {
      const longest = this.longestWaiting(this.isSpared(input));
      if (longest === undefined) {
        this.budget.release(former);
        this.giveUp(input);
        return;
      }
      this.end(longest);
      this.giveUp(longest);
    }
    this.held.set(input, former + bytes);
  }

  /** The input is finished or gone: releases its bytes. */
  end(input: T): void {
    this.budget.release(this.remove(input));
  }

  /**
   * The input is finished but stays in memory, and can no longer be dropped.
   * @returns its bytes, which the caller releases
   */
  finish(input: T): number {
    return this.remove(input);
  }

  private remove(input: T): number {
    // Most inputs arrive in one piece and were never counted.
    if (this.held.size === 0) return 0;
    const bytes = this.held.get(input) ?? 0;
    this.held.delete(input);
    return bytes;
  }

  private longestWaiting(mayBeSpared: boolean): T | undefined {
    let spared: T | undefined;
    for (const input of this.held.keys()) {
      if (!this.isSpared(input)) return input;
      spared ??= input;
    }
    return mayBeSpared ? spared : undefined;
  }
}
