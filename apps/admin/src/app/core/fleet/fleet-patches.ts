import {
  configStatusOf,
  type FleetEvent,
  type FleetEventData,
  type FleetEventOf,
  type FleetEventType,
  type Orchestrator,
  type StatusEventData,
} from '@moolai/contracts';
import type { LiveBatch } from '../live/live-batch';

/** The fields of an orchestrator that events contain. */
export type OrchestratorPatch = Partial<Orchestrator> & {
  /** The last acknowledgement; {@link patched} decides what it means for the desired version. */
  acknowledged?: { version: number; status: 'applied' | 'failed' };
};

const MANAGED: OrchestratorPatch = {
  independence_source: null,
  independence_since: null,
  independence_by: null,
  independence_reason: null,
  independence_expires_at: null,
};

function statusPatch(data: StatusEventData): OrchestratorPatch {
  const { status, status_reason, connected, is_independent, last_seen } = data;
  return {
    status,
    status_reason,
    connected,
    is_independent,
    // Memory may not have it for a disconnected orchestrator; keep the list's value.
    ...(last_seen === null ? {} : { last_seen }),
    ...(is_independent ? {} : MANAGED),
  };
}

function independencePatch({ data, at, actor }: FleetEventOf<'independence.changed'>): OrchestratorPatch {
  if (!data.is_independent) return { is_independent: false, ...MANAGED };
  return {
    is_independent: true,
    independence_source: 'own',
    independence_since: at,
    independence_by: actor,
    independence_reason: data.reason,
    independence_expires_at: data.expires_at,
  };
}

function pushPatch(data: FleetEventData<'config.pushed'>): OrchestratorPatch {
  return 'config_version' in data ? { config_version: data.config_version, config_status: 'pending' } : {};
}

function reportPatch({ config_version, status }: FleetEventData<'config.reported'>): OrchestratorPatch {
  return { acknowledged: { version: config_version, status } };
}

/** The changes of an event to its orchestrator; undefined if nothing displayed changes. */
export function patchOf(event: FleetEvent): OrchestratorPatch | undefined {
  switch (event.type) {
    case 'orchestrator.status':
      return statusPatch(event.data);
    case 'orchestrator.connected':
      return { connected: true };
    case 'orchestrator.disconnected':
      return { connected: false };
    case 'independence.changed':
      return independencePatch(event);
    case 'config.pushed':
      return pushPatch(event.data);
    case 'config.reported':
      return reportPatch(event.data);
    case 'message.created':
    case 'message.status':
    case 'orchestrator.refused':
    case 'orchestrator.created':
    case 'orchestrator.changed':
    case 'orchestrator.deleted':
    case 'orchestrator.enrolled':
    case 'orchestrator.quarantined':
    case 'orchestrator.released':
    case 'credential.rotation_started':
    case 'credential.rotated':
    case 'credential.revoked':
    case 'enrolment_token.created':
    case 'enrolment_token.revoked':
    case 'config.changed':
    case 'metrics.refused':
    case 'organization.created':
    case 'organization.changed':
    case 'organization.deactivated':
      return undefined;
  }
}

/** The changes of a batch, by orchestrator. */
export function patchesOf({ events, heartbeats }: LiveBatch): Map<string, OrchestratorPatch> {
  const patches = new Map<string, OrchestratorPatch>();
  for (const [id, lastSeen] of heartbeats) patches.set(id, { last_seen: lastSeen });
  for (const event of events) {
    if (event.orchestrator_id === null) continue;
    const patch = patchOf(event);
    if (patch) patches.set(event.orchestrator_id, { ...patches.get(event.orchestrator_id), ...patch });
  }
  return patches;
}

/** What an acknowledgement changes: one of an older version does not replace that of the desired one. */
function acknowledgedPatch(
  { config_version, reported_config_version, config_status }: Orchestrator,
  { version, status }: NonNullable<OrchestratorPatch['acknowledged']>,
): OrchestratorPatch {
  const isLate = version < config_version;
  if (isLate && config_status !== 'pending') return {};
  const reportedVersion = status === 'applied' ? version : reported_config_version;
  // A push to very many has no event for each of them, so the desired version may be known only from here.
  const configVersion = Math.max(version, config_version);
  return {
    config_version: configVersion,
    reported_config_version: reportedVersion,
    config_status: configStatusOf({ configVersion, reportedVersion, ackVersion: version, ackStatus: status }),
  };
}

/**
 * The orchestrator with a patch. A heartbeat in transit during a switch to independence must not move a frozen
 * last_seen.
 */
export function patched<T extends Orchestrator>(orchestrator: T, patch: OrchestratorPatch): T {
  const { acknowledged, ...fields } = patch;
  const told = { ...orchestrator, ...fields };
  const next = acknowledged ? { ...told, ...acknowledgedPatch(told, acknowledged) } : told;
  const isFrozen = next.is_independent && orchestrator.is_independent;
  return isFrozen ? { ...next, last_seen: orchestrator.last_seen } : next;
}

/** Events whose effects need a new request. */
export const STALE_TYPES: ReadonlySet<FleetEventType> = new Set([
  'orchestrator.changed',
  'orchestrator.quarantined',
  'orchestrator.released',
  'config.changed',
  'independence.changed',
]);
