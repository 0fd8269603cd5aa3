import type { Clock } from '../clock/clock.js';
import type { Logger } from '../logging/logger.js';
import { Recurring } from './recurring.js';

const TURN_MS = 500;

interface DueWorkOptions {
  /** Does what is due. Gives in how many milliseconds the next work is due; null when there is none. */
  work: () => Promise<number | null>;
  /** The work is done at least this often: rows written by plain SQL, and a clock that was set, are noticed so. */
  lookAgainMs: number;
  clock: Clock;
  logger: Logger;
  /** Begin of the line of the log when the work fails. */
  failure: string;
}

/** Work in the database that is done when it is due, so that the database is not asked without need. */
export class DueWork {
  private readonly turns: Recurring;
  /** When the work is done next; monotonic. */
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
