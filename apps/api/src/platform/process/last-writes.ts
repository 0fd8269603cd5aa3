import { Injectable } from '@nestjs/common';
import { settleWithin } from './settle-within.js';

/** How long a clean shutdown waits for the database, for all remaining writes together. */
const GRACE_MS = 5_000;

/**
 * The time budget of a clean shutdown for remaining writes. All share it: otherwise a database that does not answer
 * would take the full time for each of them.
 */
@Injectable()
export class LastWrites {
  private deadlineMs: number | undefined;

  /**
   * Waits for `work` within the shared time. Throws a failure within that time.
   * @returns true if it finished in time
   */
  async settle(work: Promise<unknown>): Promise<boolean> {
    const nowMs = performance.now();
    this.deadlineMs ??= nowMs + GRACE_MS;
    return settleWithin(work, Math.max(0, this.deadlineMs - nowMs));
  }
}
