import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { PreparedLines } from '../../platform/logging/prepared-lines.js';
import type { LiveEntry } from './live-orchestrator.js';
import { PendingWrites } from './pending-writes.js';

/** A wall clock that was set is noticed within this time. */
const MEASURE_MS = 1_000;

/**
 * What every heartbeat goes through, hundreds of thousands a second when it matters. What stands here, or in
 * what this calls, must not make
 * - a promise or an Observable: each is a turn of the microtask queue;
 * - JSON, an object, a closure or a text: the garbage collector then takes as long as the work;
 * - a query: a burst of heartbeats would be a burst of statements;
 * - a line of pino's: it costs five times as much as everything else.
 *
 * What can wait belongs into the turn of a second that `HeartbeatWriter` and `StatusMonitor` make for all.
 * `npm run bench -- heartbeats singles` shows the price.
 */
@Injectable()
export class HeartbeatPath {
  processed = 0;
  ignored = 0;
  /** From the monotonic to the wall clock. Kept for a second, so that a heartbeat reads one clock, not two. */
  private wallOffsetMs = 0;
  private measureAtMs = -Infinity;

  constructor(
    private readonly clock: Clock,
    private readonly pending: PendingWrites,
    private readonly lines: PreparedLines,
  ) {}

  /**
   * Processes one heartbeat, or ignores it while independence is on: then nothing changes, neither
   * here nor in the database (contract section 3).
   */
  take(entry: LiveEntry): 'processed' | 'ignored' {
    const nowMs = this.clock.monotonicMs();
    if (nowMs >= this.measureAtMs) this.measure(nowMs);
    const wallMs = Math.round(nowMs + this.wallOffsetMs);
    if (entry.flag.isIndependent) {
      this.ignored += 1;
      entry.ignoredHeartbeats += 1;
      this.lines.write((entry.ignoringLine ??= this.ignoring(entry)), wallMs);
      return 'ignored';
    }
    entry.lastSeenMs = wallMs;
    entry.livenessMs = nowMs;
    entry.link.probe = null;
    this.processed += 1;
    entry.processedHeartbeats += 1;
    this.pending.seen(entry, wallMs);
    this.lines.write((entry.processingLine ??= this.processing(entry)), wallMs);
    return 'processed';
  }

  private measure(nowMs: number): void {
    this.wallOffsetMs = this.clock.nowMs() - nowMs;
    this.measureAtMs = nowMs + MEASURE_MS;
  }

  private processing({ orchestratorId }: LiveEntry): string {
    return this.lines.prepare(`[C-OCS] Processing heartbeat from orchestrator ${orchestratorId}`);
  }

  private ignoring({ orchestratorId }: LiveEntry): string {
    return this.lines.prepare(`[C-OCS] Ignoring heartbeat from independent orchestrator ${orchestratorId}`);
  }
}
