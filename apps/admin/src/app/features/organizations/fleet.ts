import type { LiveOrchestrator, Orchestrator, Organization } from '@moolai/contracts';
import type { RequestFailure } from '../../core/http/request-failure';

/** Everything that the page shows, as the controller says it. */
export interface Fleet {
  organizations: readonly Organization[];
  orchestrators: readonly Orchestrator[];
  /** How many orchestrators there are; more than `orchestrators` holds when there are very many. */
  total: number;
}

/** A switch of independence that the controller has not answered yet, or has refused. */
export type Switch =
  | { name: 'under-way'; isIndependent: boolean }
  | { name: 'failed'; isIndependent: boolean; failure: RequestFailure };

/** What an orchestrator looks like once its independence is switched, as well as the console can tell. */
export function switched(orchestrator: Orchestrator, isIndependent: boolean): Orchestrator {
  const managedStatus = orchestrator.connected ? 'active' : 'inactive';
  return {
    ...orchestrator,
    is_independent: isIndependent,
    independence_source: isIndependent ? 'own' : null,
    status: isIndependent ? 'independent' : managedStatus,
    status_reason: isIndependent
      ? 'Independence is on, so heartbeats are ignored and last seen is frozen.'
      : 'Independence is off, so the next heartbeat counts again.',
  };
}

/** The fleet with one orchestrator switched. */
export function withSwitched(fleet: Fleet, orchestratorId: string, isIndependent: boolean): Fleet {
  return {
    ...fleet,
    orchestrators: fleet.orchestrators.map((one) =>
      one.orchestrator_id === orchestratorId ? switched(one, isIndependent) : one,
    ),
  };
}

/**
 * Brings a list up to date with who is connected now.
 *
 * @returns null when the live view says what the list cannot tell: someone new or gone, or a status
 *   that changed and whose reason only the list gives
 */
export function mergeLive(fleet: Fleet, live: readonly LiveOrchestrator[]): Fleet | null {
  const liveById = new Map(live.map((one) => [one.orchestrator_id, one]));
  const orchestrators: Orchestrator[] = [];
  for (const one of fleet.orchestrators) {
    const now = liveById.get(one.orchestrator_id);
    liveById.delete(one.orchestrator_id);
    if (one.connected !== (now !== undefined)) return null;
    if (now && now.status !== one.status) return null;
    orchestrators.push(now && now.last_seen !== one.last_seen ? { ...one, last_seen: now.last_seen } : one);
  }
  const isComplete = fleet.orchestrators.length >= fleet.total;
  return liveById.size > 0 && isComplete ? null : { ...fleet, orchestrators };
}
