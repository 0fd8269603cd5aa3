import { Inject, Injectable } from '@nestjs/common';
import type { ConnectedEventData, DropReason, RegisterMessage } from '@moolai/contracts';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { RefusalLog } from '../credentials/index.js';
import { FleetEvents } from '../events/index.js';
import type { LiveEntry } from '../live-state/index.js';
import type { RegistrationRefused } from '../registration/index.js';
import type { Connection } from './connection.js';
import { GatewayMetrics } from './gateway.metrics.js';
import { isTemporary } from './temporary-error.js';

/** Text of the activity about an orchestrator whose connection the controller ended. */
const DROPPED: Record<DropReason, string> = {
  unread: 'was disconnected: it does not read what it is sent',
  unfinished: 'was disconnected: it left a message unfinished when the memory for those ran out',
  silent: 'was disconnected: it answered no ping',
  too_many_errors: 'was disconnected: too many of its frames were refused',
  not_registered: 'was disconnected: it did not register in time',
};

/** How a connection ended. */
interface End {
  wasAbnormal: boolean;
  dropReason: DropReason | undefined;
  /** The address of the newer connection that took its place. */
  replacedBy: string | undefined;
}

/** Records what happens to connections, in the metrics, the activity and the log. */
@Injectable()
export class ConnectionRecord {
  constructor(
    private readonly metrics: GatewayMetrics,
    private readonly events: FleetEvents,
    private readonly refusals: RefusalLog,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  accepted(entry: LiveEntry): void {
    this.metrics.registered('accepted');
    this.events.publish({
      type: 'orchestrator.connected',
      ...headOf(entry, 'has connected'),
      data: dataOf(entry, false),
    });
    const { orchestratorId, sessionId, ownerEpoch: epoch } = entry;
    this.logger.info(
      { orchestrator_id: orchestratorId, session_id: sessionId, epoch },
      'orchestrator registered',
    );
  }

  refused(
    { remoteAddress }: Connection,
    { orchestrator_id: orchestratorId }: RegisterMessage,
    { code, message, organizationId }: RegistrationRefused,
  ): void {
    this.metrics.registered(code);
    // A temporary refusal would only bury everything else in the activity.
    if (isTemporary(code)) return;
    this.refusals.record({
      orchestratorId,
      organizationId,
      address: remoteAddress,
      error: code,
      detail: message,
    });
  }

  failed(error: unknown): void {
    this.logger.error({ err: error }, 'registration failed');
  }

  dropped(reason: DropReason): void {
    this.metrics.dropped(reason);
  }

  /** @param isShutdown all connections end because the controller does: the activity has no entry for each */
  ended(entry: LiveEntry, end: End, { isShutdown }: { isShutdown: boolean }): void {
    const { wasAbnormal, dropReason, replacedBy } = end;
    if (!isShutdown) {
      this.events.publish({
        type: 'orchestrator.disconnected',
        ...headOf(entry, whatEnded(end)),
        data: {
          ...dataOf(entry, wasAbnormal),
          drop_reason: dropReason ?? null,
          replaced_by: replacedBy ?? null,
        },
      });
    }
    this.logger.info(
      { orchestrator_id: entry.orchestratorId, session_id: entry.sessionId, drop_reason: dropReason },
      `connection ${wasAbnormal ? 'lost' : 'ended'}`,
    );
  }
}

function headOf({ orchestratorId, organizationId }: LiveEntry, what: string) {
  return { organizationId, orchestratorId, actor: 'orchestrator', summary: `${orchestratorId} ${what}.` };
}

function dataOf({ sessionId, remoteAddress, flag }: LiveEntry, wasAbnormal: boolean): ConnectedEventData {
  return {
    session_id: sessionId,
    remote_address: remoteAddress,
    is_independent: flag.isIndependent,
    was_abnormal: wasAbnormal,
  };
}

function whatEnded({ wasAbnormal, dropReason, replacedBy }: End): string {
  if (replacedBy !== undefined) return `was replaced by a newer connection from ${replacedBy}`;
  if (dropReason) return DROPPED[dropReason];
  return wasAbnormal ? 'was lost without a goodbye' : 'has left';
}
