import { Injectable } from '@nestjs/common';
import type { HealthStatus } from '@moolai/contracts';
import { Clock } from '../../platform/clock/clock.js';
import { HeartbeatPath } from './heartbeat.path.js';
import type { LiveEntry } from './live-orchestrator.js';
import { PendingWrites } from './pending-writes.js';
import { StatusAnnouncer } from './status-announcer.js';

/** Records what a connected orchestrator reports, in memory and for the next batch. */
@Injectable()
export class LiveReports {
  constructor(
    private readonly heartbeats: HeartbeatPath,
    private readonly pending: PendingWrites,
    private readonly announcer: StatusAnnouncer,
    private readonly clock: Clock,
  ) {}

  /**
   * Records a heartbeat that may report health. The health of an ignored heartbeat is ignored too.
   * @returns false when too much waits for the database, as {@link reportHealth} does
   */
  heartbeat(entry: LiveEntry, health: HealthStatus | undefined): boolean {
    const outcome = this.heartbeats.process(entry);
    return !health || outcome === 'ignored' || this.reportHealth(entry, health);
  }

  /**
   * Records the reported health.
   * @returns false when too much waits for the database: the status follows, the rest of the report is not stored
   */
  reportHealth(entry: LiveEntry, health: HealthStatus): boolean {
    entry.hasHealthError = health.status === 'error';
    const isKept = this.pending.health(entry.orchestratorId, health);
    this.announcer.announceIfChanged(entry);
    return isKept;
  }

  /** Records that something of an orchestrator was stored; does not move `last_seen`. */
  markActivity(entry: LiveEntry): void {
    this.pending.active(entry.orchestratorId, this.clock.nowMs());
  }
}
