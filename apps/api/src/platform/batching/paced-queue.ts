/** Maximum duration of one turn, so that heartbeats and requests run in between. */
const TURN_MS = 5;
/** Reading the clock for each item would cost as much as a small item. */
const ITEMS_BETWEEN_LOOKS = 16;

/**
 * Handles items in order: immediately while there are few, and over several turns of the event loop when thousands
 * arrive together.
 */
export class PacedQueue<T> {
  private waiting: T[] = [];
  private head = 0;
  private spentMs = 0;
  private isNextTurnPlanned = false;
  private isWorking = false;

  /** @param handle must not throw */
  constructor(private readonly handle: (item: T) => void) {}

  /** Number of items waiting for a later turn. */
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

/** Calls `work` for each item, over several turns of the event loop if there are thousands. */
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
