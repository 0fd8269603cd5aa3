import type { IndependenceSource, IndependenceState, OrganizationIndependenceState } from '@moolai/contracts';
import type { Scope } from '../../platform/access/scope.js';

/** A switch as it is asked for. */
export interface WantedSwitch {
  isIndependent: boolean;
  by: string;
  /** Where it may switch anything. */
  scope: Scope;
  /** Undefined: what is independent already keeps its own. */
  reason: string | null | undefined;
  expiresAt: Date | null | undefined;
}

/** The same of one orchestrator. */
export interface WantedOwnSwitch extends WantedSwitch {
  source: string | null | undefined;
  /** What is independent already stays as it is. */
  keepsLease: boolean;
}

/** Why and until when, as it is stored. */
export interface StoredLease {
  reason: string | null;
  expiresAt: Date | null;
}

/** What a switch changes beside the flag's version and stamp. */
export interface FlagState {
  is_independent: boolean;
  independence_source?: string | null;
  independence_reason: string | null;
  independence_expires_at: string | null;
}

/** A row's flag as it was before a statement. */
export interface OldFlag {
  was_independent: boolean;
  old_source?: string | null;
  old_reason: string | null;
  old_expires_at: Date | null;
}

const NO_LEASE: StoredLease = { reason: null, expiresAt: null };

/** A flag that is off. */
export const MANAGED: FlagState = {
  is_independent: false,
  independence_reason: null,
  independence_expires_at: null,
};

/** What the audit and an undo are told of it. */
export function flagBefore(row: OldFlag): FlagState {
  return {
    is_independent: row.was_independent,
    ...(row.old_source === undefined ? {} : { independence_source: row.old_source }),
    independence_reason: row.old_reason,
    independence_expires_at: row.old_expires_at?.toISOString() ?? null,
  };
}

/** The flag of an organization as an answer tells it. */
export function organizationStateOf(flag: FlagState): OrganizationIndependenceState {
  return {
    is_independent: flag.is_independent,
    reason: flag.independence_reason,
    expires_at: flag.independence_expires_at,
  };
}

/** The flag of an orchestrator as an answer tells it. */
export function stateOf(flag: FlagState): IndependenceState {
  const source = (flag.independence_source ?? null) as IndependenceSource | null;
  return { ...organizationStateOf(flag), source };
}

/** The lease that a switch leads to: what it does not name stays, where there is one. */
export function leaseAfter(old: OldFlag, { isIndependent, reason, expiresAt }: WantedSwitch): StoredLease {
  if (!isIndependent) return { reason: null, expiresAt: null };
  const kept = old.was_independent ? { reason: old.old_reason, expiresAt: old.old_expires_at } : NO_LEASE;
  return {
    reason: reason === undefined ? kept.reason : reason,
    expiresAt: expiresAt === undefined ? kept.expiresAt : expiresAt,
  };
}

/** What a switch leads to. */
export function flagAfter(isIndependent: boolean, { reason, expiresAt }: StoredLease): FlagState {
  return {
    is_independent: isIndependent,
    independence_reason: reason,
    independence_expires_at: expiresAt?.toISOString() ?? null,
  };
}

/** Who is independent already and is given neither reason nor end nor source stays as it is. */
export function sourceAfter(old: OldFlag, wanted: WantedOwnSwitch): string | null {
  if (!wanted.isIndependent) return null;
  const isUntouched = wanted.reason === undefined && wanted.expiresAt === undefined;
  return wanted.source ?? (old.was_independent && isUntouched ? (old.old_source ?? 'own') : 'own');
}

/** True when a switch would change nothing. */
export function isSameFlag(one: FlagState, other: FlagState): boolean {
  return (
    one.is_independent === other.is_independent &&
    (one.independence_source ?? null) === (other.independence_source ?? null) &&
    one.independence_reason === other.independence_reason &&
    one.independence_expires_at === other.independence_expires_at
  );
}
