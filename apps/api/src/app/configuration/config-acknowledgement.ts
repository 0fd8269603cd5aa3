import { Injectable } from '@nestjs/common';
import type { ConfigAckMessage } from '@moolai/contracts';
import { Clock } from '../../platform/clock/clock.js';
import { FleetEvents } from '../events/index.js';
import { PendingWrites, type LiveEntry } from '../live-state/index.js';
import { traceConfigAck } from './config-ack-trace.js';

/** Records whether orchestrators applied the configurations that were pushed to them. */
@Injectable()
export class ConfigAcknowledgement {
  constructor(
    private readonly clock: Clock,
    private readonly pending: PendingWrites,
    private readonly events: FleetEvents,
  ) {}

  /** Records one acknowledgement: in memory at once, in the database with the next batch. */
  record(entry: LiveEntry, message: ConfigAckMessage): void {
    const { config_version: version, status } = message;
    // This version was never sent on the connection; recording it would block the acknowledgement of the real one.
    if (version > entry.configVersion) return;
    const detail = message.detail ?? null;
    const { orchestratorId, organizationId } = entry;
    if (version === entry.configVersion) traceConfigAck(entry, message);
    const atMs = this.clock.nowMs();
    entry.configAck = { config_version: version, status };
    this.pending.acknowledged(orchestratorId, { version, status, detail, atMs });
    this.pending.active(orchestratorId, atMs);
    this.events.publish({
      type: 'config.reported',
      organizationId,
      orchestratorId,
      actor: 'orchestrator',
      summary:
        status === 'applied'
          ? `${orchestratorId} applied configuration ${version}.`
          : `${orchestratorId} could not apply configuration ${version}${detail ? ` (${detail})` : ''}.`,
      data: { config_version: version, status, detail },
    });
  }
}
