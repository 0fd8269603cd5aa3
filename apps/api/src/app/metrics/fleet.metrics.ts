import { Inject, Injectable } from '@nestjs/common';
import { MESSAGE_STATUSES, type FleetEvent, type OrchestratorStatus } from '@moolai/contracts';
import { Clock } from '../../platform/clock/clock.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { Metrics, type Reading } from '../../platform/metrics/metrics.js';
import { settleWithin } from '../../platform/process/settle-within.js';
import { FleetEvents } from '../events/index.js';
import { MessagesService } from '../messages/index.js';
import { OrchestratorsService, type OrganizationCounts } from '../orchestrators/index.js';
import { boundedCounts } from './bounded-counts.js';

/** Minimum time between two queries, however many clients read the metrics. */
const KEPT_MS = 1_000;
/** Shorter than the time after which a request counts as waiting for an unreachable database. */
const PATIENCE_MS = 500;
const STATUSES: OrchestratorStatus[] = ['active', 'independent', 'inactive', 'error'];

/** Metrics of the fleet: orchestrators by organization and status, messages by status. */
@Injectable()
export class FleetMetrics {
  private readonly namesOrganizations: boolean;

  constructor(
    metrics: Metrics,
    private readonly clock: Clock,
    private readonly orchestrators: OrchestratorsService,
    private readonly messages: MessagesService,
    events: FleetEvents,
    @Inject(SETTINGS) { production, metricsToken }: Settings,
  ) {
    // If everyone who reaches the port may read the metrics, organizations are not named.
    this.namesOrganizations = !production || metricsToken !== undefined;
    const counts = this.kept(() => this.orchestrators.countByOrganization());
    metrics.readGauge(
      {
        name: 'moolai_orchestrators',
        help: 'Orchestrators by organization and status; `_other` groups those beyond the largest.',
        labelNames: ['organization_id', 'status'],
      },
      async () => this.orchestratorReadings(await counts()),
    );
    const states = this.kept(() => this.messages.countByState());
    metrics.readGauge(
      { name: 'moolai_messages', help: 'Stored messages by status.', labelNames: ['status'] },
      async () => {
        const present = await states();
        return MESSAGE_STATUSES.map((status) => ({ labels: { status }, value: present.get(status) ?? 0 }));
      },
    );
    const transitions = metrics.counter({
      name: 'moolai_message_transitions_total',
      help: 'Transitions of messages into a status.',
      labelNames: ['status'],
    });
    for (const status of MESSAGE_STATUSES) transitions.inc({ status }, 0);
    events.subscribeOwn((event) => transitions.inc(...transitionOf(event)));
  }

  private orchestratorReadings(counts: OrganizationCounts[]): Reading<'organization_id' | 'status'>[] {
    return boundedCounts(counts, this.namesOrganizations).flatMap(({ organizationId, ...byStatus }) =>
      STATUSES.map((status) => ({
        labels: { organization_id: organizationId, status },
        value: byStatus[status],
      })),
    );
  }

  /** Reuses a recent answer, and shares a pending query. */
  private kept<T>(ask: () => Promise<T>): () => Promise<T> {
    let kept: { answer: T; atMs: number } | undefined;
    let pending: Promise<T> | undefined;
    const readNow = async (): Promise<T> => {
      try {
        const answer = await ask();
        kept = { answer, atMs: this.clock.monotonicMs() };
        return answer;
      } finally {
        pending = undefined;
      }
    };
    return async () => {
      if (kept && this.clock.monotonicMs() - kept.atMs < KEPT_MS) return kept.answer;
      const reading = (pending ??= readNow());
      if (await settleWithin(reading, PATIENCE_MS)) return reading;
      throw new Error('the database did not answer in time');
    };
  }
}

/** The message transition in an event; empty for most. */
function transitionOf({ type, data }: FleetEvent): [{ status: string }, number] {
  return type === 'message.created' || type === 'message.status'
    ? [{ status: data.status }, 1]
    : [{ status: 'pending' }, 0];
}
