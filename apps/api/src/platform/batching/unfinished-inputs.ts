import type { ByteBudget } from './byte-budget.js';

/**
 * Inputs that have begun to come, within one budget. When the next bytes do not fit, the input that has waited longest
 * for its next bytes is given up: one that stands still, or is sent byte by byte, makes room for one that gets on.
 */
export class UnfinishedInputs<T> {
  /** Their bytes, in the order in which their last ones came. */
  private readonly held = new Map<T, number>();

  /**
   * @param giveUp lets go of an input that has to make room
   * @param isSpared true for one that is given up only for another one of these
   */
  constructor(
    private readonly budget: ByteBudget,
    private readonly giveUp: (input: T) => void,
    private readonly isSpared: (input: T) => boolean = () => false,
  ) {}

  /** Counts more bytes of an input; it is given up itself when no other one can make room. */
  add(input: T, bytes: number): void {
    const former = this.takeOut(input);
    while (!this.budget.take(bytes)) {
      const longest = this.longestWaiting(this.isSpared(input));
      if (longest === undefined) {
        this.budget.give(former);
        this.giveUp(input);
        return;
      }
      this.end(longest);
      this.giveUp(longest);
    }
    this.held.set(input, former + bytes);
  }

  /** It is finished, or gone: its bytes are free. */
  end(input: T): void {
    this.budget.give(this.takeOut(input));
  }

  /**
   * It is finished and stays in memory: it can't be given up any more.
   * @returns its bytes, which the caller gives back to the budget
   */
  finish(input: T): number {
    return this.takeOut(input);
  }

  private takeOut(input: T): number {
    // Most inputs come whole, and are never held.
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
