import type { JsonObject } from '../json.js';
import type { ListQuery } from './envelope.js';

/** Kinds of whoever makes a change. */
export const AUDIT_ACTOR_KINDS = ['user', 'api_token', 'dev_token', 'system'] as const;
export type AuditActorKind = (typeof AUDIT_ACTOR_KINDS)[number];

/** Every change that is recorded. Where an event of the same name exists, both tell of the same change. */
export const AUDIT_ACTIONS = [
  'organization.created',
  'organization.changed',
  'organization.deactivated',
  'orchestrator.created',
  'orchestrator.changed',
  'orchestrator.deleted',
  'orchestrator.quarantined',
  'orchestrator.released',
  'independence.changed',
  'config.changed',
  'message.created',
  'message.status',
  'user.created',
  'user.changed',
  'user.deleted',
  'user.password_changed',
  'session.started',
  'session.refused',
  'session.locked_out',
  'session.ended',
  'api_token.created',
  'api_token.revoked',
  'enrolment_token.created',
  'enrolment_token.revoked',
  'credential.issued',
  'credential.rotation_started',
  'credential.rotated',
  'credential.revoked',
  'credential.refused',
  'backup.started',
  'backup.restored',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Kinds of what a change was made to. */
export const AUDIT_TARGET_TYPES = [
  'organization',
  'orchestrator',
  'fleet',
  'message',
  'user',
  'session',
  'api_token',
  'enrolment_token',
  'credential',
  'backup',
] as const;
export type AuditTargetType = (typeof AUDIT_TARGET_TYPES)[number];

/** One change, as `GET /api/v1/internal/audit` lists it and the export has it. */
export interface AuditEntry {
  /** From 1, without gaps, in the order of the commits. */
  position: number;
  /** ISO 8601 UTC; when the change was made, shortly before its commit. */
  at: string;
  action: AuditAction;
  actor_kind: AuditActorKind;
  actor_id: string;
  /** An e-mail address, the name of a token, or of the part of the controller that acted. */
  actor_name: string;
  /** Where the request came from; null for the controller itself. */
  address: string | null;
  request_id: string | null;
  /** Null for what belongs to the whole fleet. */
  organization_id: string | null;
  target_type: AuditTargetType;
  target_id: string;
  /** The fields that changed, as they were; null when there was nothing before. Secrets are masked. */
  before: JsonObject | null;
  /** The same as they are since; null when there is nothing any more. */
  after: JsonObject | null;
  /** The hash of the entry before; 64 zeros in the first one. */
  previous_hash: string;
  /** SHA-256 over the previous hash, the position and everything above, hexadecimal (docs/operators.md). */
  hash: string;
}

export const AUDIT_SORT_FIELDS = ['position', 'at', 'action', 'actor_name', 'target_id'] as const;
export type AuditSortField = (typeof AUDIT_SORT_FIELDS)[number];

/** What narrows down the list and the export. */
export interface AuditFilter {
  /** Part of an action, an actor's name or a target's id. */
  search?: string;
  /** The whole name or id of an actor. */
  actor?: string;
  actor_kind?: AuditActorKind;
  action?: AuditAction;
  organization_id?: string;
  target_type?: AuditTargetType;
  target_id?: string;
  /** ISO 8601; only what was recorded at or after it. */
  from?: string;
  /** ISO 8601; only what was recorded before it. */
  to?: string;
}

/** Query of `GET /api/v1/internal/audit`. */
export interface AuditQuery extends AuditFilter, ListQuery {}

export const AUDIT_EXPORT_FORMATS = ['csv', 'jsonl'] as const;
export type AuditExportFormat = (typeof AUDIT_EXPORT_FORMATS)[number];

/** Query of `GET /api/v1/internal/audit/export`. */
export interface AuditExportQuery extends AuditFilter {
  format: AuditExportFormat;
}

/** Query of `GET /api/v1/internal/audit/verify`: a head that was noted before must still be in the chain. */
export interface AuditVerifyQuery {
  position?: number;
  hash?: string;
}

/** Answer of `GET /api/v1/internal/audit/verify`. */
export interface AuditVerification {
  ok: boolean;
  /** Entries that were checked and are whole. */
  count: number;
  /** The newest of them; to be noted somewhere else. */
  head: { position: number; hash: string } | null;
  /** The first position that is not what was recorded, and why; null when all is well. */
  broken: { position: number; detail: string } | null;
}
