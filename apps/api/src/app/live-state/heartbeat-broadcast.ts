import { Injectable } from '@nestjs/common';
import type { HeartbeatEventData } from '@moolai/contracts';
import { FleetEvents } from '../events/index.js';
import { FleetReports } from './fleet-reports.js';
import { LiveFleet } from './live-fleet.js';
import type { PendingBatch } from './pending-writes.js';

/** Tells live views, here and at other instances, about the heartbeats of a second. */
@Injectable()
export class HeartbeatBroadcast {
  constructor(
    private readonly liveFleet: LiveFleet,
    private readonly events: FleetEvents,
    private readonly reports: FleetReports,
  ) {}

  publish({ seen, seenMs }: PendingBatch): void {
    this.reports.heard(seen, seenMs);
    // Nothing is collected without live views.
    if (!this.events.hasHeartbeatListeners) return;
    const items: HeartbeatEventData['items'] = [];
    for (const [index, { orchestratorId }] of seen.entries()) {
      const entry = this.liveFleet.get(orchestratorId);
      if (!entry) continue;
      items.push({
        orchestrator_id: orchestratorId,
        organization_id: entry.organizationId,
        last_seen: new Date(seenMs[index] ?? 0).toISOString(),
      });
    }
    this.events.publishHeartbeats(items);
  }
}
