import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { PreparedLines } from '../../platform/logging/prepared-lines.js';
import type { LiveEntry } from './live-orchestrator.js';
import { PendingWrites } from './pending-writes.js';

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
    const nowMs = this.clock.nowMs();
    if (entry.flag.isIndependent) {
      this.ignored += 1;
      entry.ignoredHeartbeats += 1;
      this.lines.write((entry.ignoringLine ??= this.ignoring(entry)), nowMs);
      return 'ignored';
    }
    entry.lastSeenMs = nowMs;
    entry.livenessMs = nowMs;
    entry.link.probe = null;
    this.processed += 1;
    entry.processedHeartbeats += 1;
    this.pending.seen(entry, nowMs);
    this.lines.write((entry.processingLine ??= this.processing(entry)), nowMs);
    return 'processed';
  }

  private processing({ orchestratorId }: LiveEntry): string {
    return this.lines.prepare(`[C-OCS] Processing heartbeat from orchestrator ${orchestratorId}`);
  }

  private ignoring({ orchestratorId }: LiveEntry): string {
    return this.lines.prepare(`[C-OCS] Ignoring heartbeat from independent orchestrator ${orchestratorId}`);
  }
}
