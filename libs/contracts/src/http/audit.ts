import type { JsonObject } from '../json.js';
import type { ListQuery } from './envelope.js';

/** Kinds of actors. */
export const AUDIT_ACTOR_KINDS = ['user', 'api_token', 'dev_token', 'system'] as const;
export type AuditActorKind = (typeof AUDIT_ACTOR_KINDS)[number];

/** Every action that the audit log records. An event of the same name describes the same change. */
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

/** Kinds of objects that a change applies to. */
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

/** One audit entry, as in `GET /api/v1/internal/audit` and the export. */
export interface AuditEntry {
  /** Starts at 1, without gaps, in commit order. */
  position: number;
  /** ISO 8601 UTC: the time of the change, shortly before its commit. */
  at: string;
  action: AuditAction;
  actor_kind: AuditActorKind;
  actor_id: string;
  /** An e-mail address, the name of a token, or the part of the controller that acted. */
  actor_name: string;
  /** Client address of the request; null for changes by the controller itself. */
  address: string | null;
  request_id: string | null;
  /** Null for changes that concern the whole fleet. */
  organization_id: string | null;
  target_type: AuditTargetType;
  target_id: string;
  /** Values of the changed fields before the change; null when the object was created. Secrets are masked. */
  before: JsonObject | null;
  /** Values of the same fields after the change; null when the object was deleted. */
  after: JsonObject | null;
  /** The hash of the preceding entry; 64 zeros in the first one. */
  previous_hash: string;
  /** SHA-256 over the previous hash, the position and all fields above, hexadecimal (docs/operators.md). */
  hash: string;
}

export const AUDIT_SORT_FIELDS = ['position', 'at', 'action', 'actor_name', 'target_id'] as const;
export type AuditSortField = (typeof AUDIT_SORT_FIELDS)[number];

/** Filters of the audit list and the export. */
export interface AuditFilter {
  /** Part of an action, an actor's name or a target's id. */
  search?: string;
  /** The full name or id of an actor. */
  actor?: string;
  actor_kind?: AuditActorKind;
  action?: AuditAction;
  organization_id?: string;
  target_type?: AuditTargetType;
  target_id?: string;
  /** ISO 8601, inclusive. */
  from?: string;
  /** ISO 8601, exclusive. */
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

/**
 * Query of `GET /api/v1/internal/audit/verify`. With a head noted earlier, the check also requires that entry to be
 * unchanged.
 */
export interface AuditVerifyQuery {
  position?: number;
  hash?: string;
}

/** Answer of `GET /api/v1/internal/audit/verify`. */
export interface AuditVerification {
  ok: boolean;
  /** Number of entries checked and found intact. */
  count: number;
  /** The newest intact entry, to note outside the controller. */
  head: { position: number; hash: string } | null;
  /** The first position that was altered, and how; null if the chain is intact. */
  broken: { position: number; detail: string } | null;
}
