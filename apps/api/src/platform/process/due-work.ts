import type { Clock } from '../clock/clock.js';
import type { Logger } from '../logging/logger.js';
import { Recurring } from './recurring.js';

const TURN_MS = 500;

interface DueWorkOptions {
  /** Does the work that is due. Returns the milliseconds until the next work is due, or null if there is none. */
  work: () => Promise<number | null>;
  /** The work is done at least this often, to notice rows written by plain SQL and changes of the wall clock. */
  lookAgainMs: number;
  clock: Clock;
  logger: Logger;
  /** The log line for a failure begins with this. */
  failure: string;
}

/** Work in the database that runs when it is due, which saves needless queries. */
export class DueWork {
  private readonly turns: Recurring;
  /** The time of the next work; monotonic. */
  private nextMs = 0;

  constructor(private readonly options: DueWorkOptions) {
    const { logger, failure } = options;
    this.turns = new Recurring({ everyMs: TURN_MS, work: () => this.turn(), logger, failure });
  }

  start(): void {
    this.turns.start();
  }

  /** Waits for the work that is under way. Never rejects. */
  stop(): Promise<void> {
    return this.turns.stop();
  }

  /** Work is due in so many milliseconds. */
  expect(inMs: number): void {
    this.nextMs = Math.min(this.nextMs, this.options.clock.monotonicMs() + inMs);
  }

  private async turn(): Promise<void> {
    const nowMs = this.options.clock.monotonicMs();
    if (nowMs < this.nextMs) return;
    this.nextMs = nowMs + this.options.lookAgainMs;
    const nextMs = await this.options.work();
    if (nextMs !== null) this.expect(nextMs);
  }
}
