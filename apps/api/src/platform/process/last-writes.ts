import { Injectable } from '@nestjs/common';
import { settleWithin } from './settle-within.js';

/** How long a clean end waits for the database, all that is still to be written together. */
const GRACE_MS = 5_000;

/**
 * The time that an orderly end has for what is still to be written. All share it: a database that does
 * not answer would otherwise use up the patience of whoever stops the process with the first of them.
 */
@Injectable()
export class LastWrites {
  private deadlineMs: number | undefined;

  /**
   * Waits for `work` as long as the shared time lasts. A failure within that time is thrown.
   * @returns true when it was done in time
   */
  async settle(work: Promise<unknown>): Promise<boolean> {
    const nowMs = performance.now();
    this.deadlineMs ??= nowMs + GRACE_MS;
    return settleWithin(work, Math.max(0, this.deadlineMs - nowMs));
  }
}
