import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { PreparedLines } from '../../platform/logging/prepared-lines.js';
import { InstanceLease } from '../instances/index.js';
import type { LiveEntry } from './live-orchestrator.js';
import { PendingWrites } from './pending-writes.js';

/** A changed wall clock is noticed within this time. */
const MEASURE_MS = 1_000;

/**
 * The path of every heartbeat, at up to hundreds of thousands per second. This code and everything that it calls must
 * not create
 * - a promise or an Observable: each costs a turn of the microtask queue;
 * - JSON, an object, a closure or a string: garbage collection would then take as long as the work;
 * - a query: a burst of heartbeats would become a burst of statements;
 * - a line through pino: it costs five times as much as everything else.
 *
 * Work that can wait belongs into the one-second turns of `HeartbeatWriter` and `StatusMonitor`. `npm run bench --
 * heartbeats singles` measures the cost.
 */
@Injectable()
export class HeartbeatPath {
  processed = 0;
  ignored = 0;
  /**
   * Offset from the monotonic to the wall clock. Cached for a second, so that a heartbeat reads one clock instead of
   * two.
   */
  private wallOffsetMs = 0;
  private measureAtMs = -Infinity;

  constructor(
    private readonly clock: Clock,
    private readonly pending: PendingWrites,
    private readonly lines: PreparedLines,
    private readonly lease: InstanceLease,
  ) {}

  /**
   * Processes one heartbeat, or ignores it while independence is on: then nothing changes in memory or in the database
   * (contract section 3).
   */
  process(entry: LiveEntry): 'processed' | 'ignored' {
    const nowMs = this.clock.monotonicMs();
    if (nowMs >= this.measureAtMs) this.measure(nowMs);
    const wallMs = Math.round(nowMs + this.wallOffsetMs);
    // Another instance may have promised by now that no heartbeat is processed here.
    if (nowMs >= this.lease.untilMs) return 'ignored';
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
    this.pending.recordSeen(entry, wallMs);
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
