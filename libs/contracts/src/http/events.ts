import type { ConfigAckMessage } from '../ws/messages.js';
import type { HandshakeError } from '../ws/protocol.js';
import type { ConfigLevel } from './configuration.js';
import type { ListQuery } from './envelope.js';
import type { IndependenceLease } from './independence.js';
import type { Message } from './messages.js';
import type { OrchestratorStatus } from './orchestrators.js';

/** Data of `orchestrator.status`. */
export interface StatusEventData {
  status: OrchestratorStatus;
  status_reason: string;
  previous_status: OrchestratorStatus | null;
  connected: boolean;
  is_independent: boolean;
  last_seen: string | null;
}

/** Data of `message.created` and `message.status`: never the content, which can be large and is not public. */
export type MessageEventData = Pick<
  Message,
  'id' | 'direction' | 'message_type' | 'status' | 'attempts' | 'failure_reason'
>;

/** Data of `independence.changed`. */
export interface IndependenceEventData extends IndependenceLease {
  is_independent: boolean;
}

/** Data of `config.pushed`: the version that one orchestrator got, or how many got theirs. */
export type ConfigPushedEventData = { config_version: number } | { pushed: number };

/** Data of `config.changed`. */
export interface ConfigChangedEventData {
  level: Exclude<ConfigLevel, 'built_in'>;
}

/** Data of `config.reported`. */
export interface ConfigReportedEventData extends Pick<ConfigAckMessage, 'config_version' | 'status'> {
  detail: string | null;
}

/** Why the controller itself ends a connection. */
export const DROP_REASONS = ['unread', 'unfinished', 'silent', 'too_many_errors', 'not_registered'] as const;
export type DropReason = (typeof DROP_REASONS)[number];

/** Data of `orchestrator.connected`. */
export interface ConnectedEventData {
  session_id: string;
  remote_address: string;
  is_independent: boolean;
  was_abnormal: boolean;
}

/** Data of `orchestrator.disconnected`. */
export interface DisconnectedEventData extends ConnectedEventData {
  /** Null when the controller did not end the connection. */
  drop_reason: DropReason | null;
  /** Address of the newer connection that took its place; null without one. */
  replaced_by: string | null;
}

/** Data of `orchestrator.refused`. */
export interface RefusedEventData {
  error: HandshakeError;
  detail: string;
  remote_address: string;
  /** Refusals since the last event that got none of their own. */
  untold_before: number;
}

/** Data of `orchestrator.quarantined`. */
export interface QuarantinedEventData {
  reason: string;
}

/** Data of `enrolment_token.created` and `enrolment_token.revoked`. */
export interface EnrolmentTokenEventData {
  enrolment_token_id: number;
  name: string;
}

/** The limit that names of metrics exceed. */
export type MetricNameLimit = 'orchestrator' | 'organization' | 'fleet';

/** Data of `metrics.refused`. */
export interface MetricsRefusedEventData {
  count: number;
  /** One of the names. */
  name: string;
  limit: MetricNameLimit;
}

/** Data of `organization.changed` when its independence was switched. */
export interface OrganizationSwitchEventData {
  is_independent: boolean;
  orchestrators_changed: number;
  reason: string | null;
}

/** Data of an event that has none. */
export type NoEventData = Record<string, never>;

/** Carries the type of an event's data, at compile time only. */
interface DataType<T> {
  readonly data?: T;
}

function data<T>(): DataType<T> {
  return {};
}

/**
 * Each type of event and its data. The list of types and {@link FleetEvent} are derived from it. Fields are never
 * renamed, dropped or retyped. A field added later is optional, because an older controller may have sent the event.
 * The first five types are the contract's.
 */
const FLEET_EVENTS = {
  'orchestrator.status': data<StatusEventData>(),
  'message.created': data<MessageEventData>(),
  'message.status': data<MessageEventData>(),
  'config.pushed': data<ConfigPushedEventData>(),
  'independence.changed': data<IndependenceEventData>(),
  'orchestrator.connected': data<ConnectedEventData>(),
  'orchestrator.disconnected': data<DisconnectedEventData>(),
  'orchestrator.refused': data<RefusedEventData>(),
  'orchestrator.created': data<NoEventData>(),
  'orchestrator.changed': data<NoEventData>(),
  'orchestrator.deleted': data<NoEventData>(),
  'orchestrator.enrolled': data<NoEventData>(),
  'orchestrator.quarantined': data<QuarantinedEventData>(),
  'orchestrator.released': data<NoEventData>(),
  'credential.rotation_started': data<NoEventData>(),
  'credential.rotated': data<NoEventData>(),
  'credential.revoked': data<NoEventData>(),
  'enrolment_token.created': data<EnrolmentTokenEventData>(),
  'enrolment_token.revoked': data<EnrolmentTokenEventData>(),
  'config.changed': data<ConfigChangedEventData>(),
  'config.reported': data<ConfigReportedEventData>(),
  'metrics.refused': data<MetricsRefusedEventData>(),
  'organization.created': data<NoEventData>(),
  'organization.changed': data<NoEventData | OrganizationSwitchEventData>(),
  'organization.deactivated': data<NoEventData>(),
};

/**
 * Events of the fleet, as `GET /api/v1/controller/events` streams it and
 * `GET /api/v1/controller/activity` lists it.
 */
export type FleetEventType = keyof typeof FLEET_EVENTS;
export const FLEET_EVENT_TYPES = Object.keys(FLEET_EVENTS) as FleetEventType[];

/** Data of one type of event. */
export type FleetEventData<T extends FleetEventType = FleetEventType> = NonNullable<
  (typeof FLEET_EVENTS)[T]['data']
>;

/** One event of one of the types `T`; narrow {@link FleetEvent} by `type` to read the data. */
export interface FleetEventOf<T extends FleetEventType> {
  /** Increases with each event of this process; used as `Last-Event-ID` of the stream. */
  id: string;
  type: T;
  /** ISO 8601 UTC. */
  at: string;
  organization_id: string | null;
  orchestrator_id: string | null;
  /** The actor: an administrator's e-mail, `orchestrator`, or `system`. */
  actor: string;
  /** One sentence for a person. */
  summary: string;
  data: FleetEventData<T>;
}

/** One event; its `type` determines its `data`. */
export type FleetEvent = { [T in FleetEventType]: FleetEventOf<T> }[FleetEventType];

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
