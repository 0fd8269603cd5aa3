import { Injectable } from '@nestjs/common';
import type { OrchestratorStatus } from '@moolai/contracts';
import { FleetEvents } from '../events/index.js';
import { InstanceLease } from '../instances/index.js';
import type { Expected } from './expected-back.js';
import { FleetReports } from './fleet-reports.js';
import { LiveFleet } from './live-fleet.js';
import type { LiveEntry } from './live-orchestrator.js';
import { LiveRegistry } from './live-registry.js';
import type { DerivedStatus } from './orchestrator-status.js';
import { PendingWrites } from './pending-writes.js';

/** Publishes statuses, and has them written to the database. */
@Injectable()
export class StatusAnnouncer {
  constructor(
    private readonly registry: LiveRegistry,
    private readonly liveFleet: LiveFleet,
    private readonly pending: PendingWrites,
    private readonly events: FleetEvents,
    private readonly reports: FleetReports,
    private readonly lease: InstanceLease,
  ) {}

  announce(entry: LiveEntry): void {
    const derived = this.liveFleet.statusOf(entry.orchestratorId, false);
    this.publish(entry.orchestratorId, entry.organizationId, derived, entry.announcedStatus, entry);
    entry.announcedStatus = derived.status;
    this.registry.changes += 1;
  }

  announceIfChanged(entry: LiveEntry): void {
    if (this.liveFleet.statusNameOf(entry.orchestratorId) !== entry.announcedStatus) this.announce(entry);
  }

  /** Announces an orchestrator that was active or in error before the controller started, and did not come back. */
  announceAbsent(orchestratorId: string, { organizationId, status }: Expected): void {
    // Every instance expects it; one of them speaks.
    if (!this.lease.isScheduler) return;
    const reason = 'It did not come back after the controller started.';
    this.publish(orchestratorId, organizationId, { status: 'inactive', reason }, status, undefined);
  }

  private publish(
    orchestratorId: string,
    organizationId: string,
    { status, reason }: DerivedStatus,
    previous: OrchestratorStatus | null,
    entry: LiveEntry | undefined,
  ): void {
    this.pending.statusMayHaveChanged(orchestratorId);
    this.reports.mayHaveChanged(orchestratorId);
    this.events.publish({
      type: 'orchestrator.status',
      organizationId,
      orchestratorId,
      summary: `${orchestratorId} is ${status}. ${reason}`,
      data: {
        status,
        status_reason: reason,
        previous_status: previous,
        connected: entry?.isConnected ?? false,
        is_independent: entry?.flag.isIndependent ?? false,
        last_seen: entry && entry.lastSeenMs !== 0 ? new Date(entry.lastSeenMs).toISOString() : null,
      },
    });
  }
}
