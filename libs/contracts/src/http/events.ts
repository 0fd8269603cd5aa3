import type { JsonObject } from '../json.js';
import type { ListQuery } from './envelope.js';
import type { OrchestratorStatus } from './orchestrators.js';

/**
 * What happens in the fleet, as `GET /api/v1/controller/events` streams it and
 * `GET /api/v1/controller/activity` lists it. The first six are the contract's.
 */
export const FLEET_EVENT_TYPES = [
  'orchestrator.status',
  'message.created',
  'message.status',
  'config.pushed',
  'independence.changed',
  'orchestrator.connected',
  'orchestrator.disconnected',
  'orchestrator.refused',
  'orchestrator.created',
  'orchestrator.changed',
  'orchestrator.deleted',
  'orchestrator.enrolled',
  'orchestrator.quarantined',
  'orchestrator.released',
  'credential.rotation_started',
  'credential.rotated',
  'credential.revoked',
  'enrolment_token.created',
  'enrolment_token.revoked',
  'config.changed',
  'config.reported',
  'metrics.refused',
  'organization.created',
  'organization.changed',
  'organization.deactivated',
] as const;
export type FleetEventType = (typeof FLEET_EVENT_TYPES)[number];

/** One event. */
export interface FleetEvent {
  /** Increases with each event of this process; used as `Last-Event-ID` of the stream. */
  id: string;
  type: FleetEventType;
  /** ISO 8601 UTC. */
  at: string;
  organization_id: string | null;
  orchestrator_id: string | null;
  /** The actor: an administrator's e-mail, `orchestrator`, or `system`. */
  actor: string;
  /** One sentence for a person. */
  summary: string;
  data: JsonObject;
}

/** Event names of the stream in addition to {@link FLEET_EVENT_TYPES}. */
export const STREAM_EVENTS = {
  /** First event of every stream; its id is the stream's starting point. */
  ready: 'ready',
  /** Events were missed and can no longer be sent: reload everything. */
  resync: 'resync',
  /** New `last_seen` of every orchestrator with a heartbeat in the last second. */
  heartbeat: 'orchestrator.heartbeat',
} as const;

/** Data of `orchestrator.heartbeat`: one event per second for the whole fleet. */
export interface HeartbeatEventData {
  items: { orchestrator_id: string; organization_id: string; last_seen: string }[];
}

/** Data of `orchestrator.status`. */
export interface StatusEventData {
  status: OrchestratorStatus;
  status_reason: string;
  previous_status: OrchestratorStatus | null;
  connected: boolean;
  is_independent: boolean;
  last_seen: string | null;
}

/** Query of `GET /api/v1/controller/activity`. */
export interface ActivityQuery extends ListQuery {
  orchestrator_id?: string;
  organization_id?: string;
  type?: FleetEventType;
  /** ISO 8601, inclusive. */
  from?: string;
  /** ISO 8601, exclusive. */
  to?: string;
}
