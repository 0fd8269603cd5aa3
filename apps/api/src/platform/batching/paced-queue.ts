/** What one turn of the event loop may take; heartbeats and requests come in between. */
const TURN_MS = 5;
/** Looking at the clock for each item would cost as much as a small item. */
const ITEMS_BETWEEN_LOOKS = 16;

/**
 * Handles items in their order: at once while there are few, and in several turns of the event loop when thousands
 * come together.
 */
export class PacedQueue<T> {
  private waiting: T[] = [];
  private head = 0;
  private spentMs = 0;
  private isNextTurnPlanned = false;
  private isWorking = false;

  /** @param handle must not throw */
  constructor(private readonly handle: (item: T) => void) {}

  /** How many wait for a later turn. */
  get size(): number {
    return this.waiting.length - this.head;
  }

  push(item: T): void {
    this.waiting.push(item);
    if (!this.isWorking) this.work();
  }

  private work(): void {
    if (this.spentMs >= TURN_MS) return;
    this.isWorking = true;
    const startedMs = performance.now();
    const leftMs = TURN_MS - this.spentMs;
    let tookMs = 0;
    try {
      while (this.size > 0 && tookMs < leftMs) {
        for (let count = 0; count < ITEMS_BETWEEN_LOOKS && this.size > 0; count += 1) this.handleNext();
        tookMs = performance.now() - startedMs;
      }
    } finally {
      this.spentMs += tookMs;
      this.isWorking = false;
      if (this.size === 0) this.clear();
      this.planNextTurn();
    }
  }

  private handleNext(): void {
    const item = this.waiting[this.head] as T;
    this.head += 1;
    this.handle(item);
  }

  private planNextTurn(): void {
    if (this.isNextTurnPlanned) return;
    this.isNextTurnPlanned = true;
    setImmediate(() => {
      this.isNextTurnPlanned = false;
      this.spentMs = 0;
      if (this.size > 0) this.work();
    });
  }

  private clear(): void {
    this.waiting = [];
    this.head = 0;
  }
}

/** Does `work` for each item, in several turns of the event loop when there are thousands. */
export async function inTurns<T>(items: Iterable<T>, work: (item: T) => void): Promise<void> {
  let startedMs = performance.now();
  let count = 0;
  for (const item of items) {
    work(item);
    count += 1;
    if (count % ITEMS_BETWEEN_LOOKS !== 0 || performance.now() - startedMs < TURN_MS) continue;
    await new Promise(setImmediate);
    startedMs = performance.now();
  }
}
