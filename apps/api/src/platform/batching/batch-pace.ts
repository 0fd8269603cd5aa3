import { setTimeout as delay } from 'node:timers/promises';

/** A clock, and a pause. */
interface Timer {
  nowMs(): number;
  sleep(ms: number): Promise<void>;
}

/**
 * Makes batches larger under load: as long as inputs come faster than one batch after the other, batches begin at least
 * an interval apart. An input that comes alone never waits, so that a caller that sends one after the other is as fast
 * as without.
 */
export class BatchPace {
  private beganMs = -Infinity;
  private isShared = false;

  constructor(
    private readonly intervalMs: number,
    private readonly timer: Timer = { nowMs: () => performance.now(), sleep: (ms) => delay(ms) },
  ) {}

  /** Resolves when the next batch should begin. */
  async wait(): Promise<void> {
    if (this.isShared) {
      const restMs = this.beganMs + this.intervalMs - this.timer.nowMs();
      if (restMs > 0) await this.timer.sleep(restMs);
    }
    this.beganMs = this.timer.nowMs();
  }

  /**
   * A batch has ended.
   * @param size the number of its inputs
   * @param waiting the number of inputs that came meanwhile
   */
  ended(size: number, waiting: number): void {
    this.isShared = size > 1 || waiting > 0;
  }
}
