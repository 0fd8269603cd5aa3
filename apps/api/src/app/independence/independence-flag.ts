import type { IndependenceSource, IndependenceState, OrganizationIndependenceState } from '@moolai/contracts';
import type { Scope } from '../../platform/access/scope.js';

/** A requested switch. */
export interface WantedSwitch {
  isIndependent: boolean;
  actorName: string;
  /** Scope of the caller. */
  scope: Scope;
  /** Undefined: an independent orchestrator keeps its reason. */
  reason: string | null | undefined;
  expiresAt: Date | null | undefined;
}

/** A requested switch of one orchestrator. */
export interface WantedOwnSwitch extends WantedSwitch {
  source: string | null | undefined;
  /** An independent orchestrator stays as it is. */
  keepsLease: boolean;
}

/** Reason and end as stored. */
export interface StoredLease {
  reason: string | null;
  expiresAt: Date | null;
}

/** The fields changed by a switch, besides the version and timestamp. */
export interface FlagState {
  is_independent: boolean;
  independence_source?: string | null;
  independence_reason: string | null;
  independence_expires_at: string | null;
}

/** A row's flag before a statement. */
export interface OldFlag {
  was_independent: boolean;
  old_source?: string | null;
  old_reason: string | null;
  old_expires_at: Date | null;
}

const NO_LEASE: StoredLease = { reason: null, expiresAt: null };

/** The state of a managed orchestrator. */
export const MANAGED: FlagState = {
  is_independent: false,
  independence_reason: null,
  independence_expires_at: null,
};

/** The previous state, for the audit log and an undo. */
export function flagBefore(row: OldFlag): FlagState {
  return {
    is_independent: row.was_independent,
    ...(row.old_source === undefined ? {} : { independence_source: row.old_source }),
    independence_reason: row.old_reason,
    independence_expires_at: row.old_expires_at?.toISOString() ?? null,
  };
}

/** An organization's state as answered. */
export function organizationStateOf(flag: FlagState): OrganizationIndependenceState {
  return {
    is_independent: flag.is_independent,
    reason: flag.independence_reason,
    expires_at: flag.independence_expires_at,
  };
}

/** An orchestrator's state as answered. */
export function stateOf(flag: FlagState): IndependenceState {
  const source = (flag.independence_source ?? null) as IndependenceSource | null;
  return { ...organizationStateOf(flag), source };
}

/** The lease after a switch: omitted fields keep their values, if there is a lease. */
export function leaseAfter(old: OldFlag, { isIndependent, reason, expiresAt }: WantedSwitch): StoredLease {
  if (!isIndependent) return { reason: null, expiresAt: null };
  const kept = old.was_independent ? { reason: old.old_reason, expiresAt: old.old_expires_at } : NO_LEASE;
  return {
    reason: reason === undefined ? kept.reason : reason,
    expiresAt: expiresAt === undefined ? kept.expiresAt : expiresAt,
  };
}

/** The state after a switch. */
export function flagAfter(isIndependent: boolean, { reason, expiresAt }: StoredLease): FlagState {
  return {
    is_independent: isIndependent,
    independence_reason: reason,
    independence_expires_at: expiresAt?.toISOString() ?? null,
  };
}

/**
 * The source after a switch: unchanged if the orchestrator is already independent and the request has no reason, end or
 * source.
 */
export function sourceAfter(old: OldFlag, wanted: WantedOwnSwitch): string | null {
  if (!wanted.isIndependent) return null;
  const isUntouched = wanted.reason === undefined && wanted.expiresAt === undefined;
  return wanted.source ?? (old.was_independent && isUntouched ? (old.old_source ?? 'own') : 'own');
}

/** True if a switch would change nothing. */
export function isSameFlag(one: FlagState, other: FlagState): boolean {
  return (
    one.is_independent === other.is_independent &&
    (one.independence_source ?? null) === (other.independence_source ?? null) &&
    one.independence_reason === other.independence_reason &&
    one.independence_expires_at === other.independence_expires_at
  );
}
