import { SECRET_PREFIXES, type HandshakeError } from '@moolai/contracts';
import { digest } from '../../platform/secrets/secrets.js';
import { hashesMatch } from './credential-secret.js';

/** The credential of an orchestrator, as needed for a registration. */
export interface StoredCredential {
  currentHash: Buffer;
  /** Offered and not used yet. */
  nextHash: Buffer | null;
  /** True if the orchestrator presented or acknowledged the current credential, and so has it. */
  isConfirmed: boolean;
  isRotationRequested: boolean;
  revokedAt: Date | null;
  /** The enrolment token that issued it. */
  enrolmentTokenId: number | null;
}

/** An existing orchestrator. */
export interface KnownOrchestrator {
  organizationId: string;
  isQuarantined: boolean;
  /** Null if none was ever issued, so that it has nothing to present. */
  credential: StoredCredential | null;
}

/** An enrolment token found by its hash. */
export interface PresentedToken {
  id: number;
  organizationId: string;
  createdAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
  maxUses: number | null;
  uses: number;
}

/** The facts for judging a registration. */
export interface RegistrationFacts {
  /** The presented secret, from `register.token` or the bearer token of the upgrade. */
  secret: string | undefined;
  /** Undefined for a new id. */
  known: KnownOrchestrator | undefined;
  /** The enrolment token with this {@link secret}; undefined if there is none. */
  token: PresentedToken | undefined;
  /** `ORCHESTRATOR_AUTH=token`: no orchestrator is admitted without a credential. */
  isTokenMode: boolean;
  /** True if it is currently connected. */
  isConnected: boolean;
  nowMs: number;
}

/** Why a registration is refused. */
export interface Refusal {
  error: HandshakeError;
  detail: string;
}

/** Why a registration is admitted: without credentials, by a credential, or by an enrolment token that issues one. */
export type Verdict =
  | { kind: 'open' }
  | { kind: 'credential'; hash: Buffer; isNext: boolean; wantsOffer: boolean }
  | { kind: 'enrolment'; token: PresentedToken; isCounted: boolean };

/**
 * Judges a registration (docs/adr/0010). An orchestrator with a credential must present it, even in open mode:
 * otherwise any client could take over its id.
 */
export function judge(facts: RegistrationFacts): Verdict | Refusal {
  const { secret, known, isTokenMode } = facts;
  const verdict = secret?.startsWith(SECRET_PREFIXES.enrolmentToken)
    ? judgeEnrolment(facts)
    : judgeCredential(secret, known?.credential ?? null, isTokenMode);
  // A quarantine is only revealed to an orchestrator that would be admitted otherwise, not to strangers.
  if ('kind' in verdict && known?.isQuarantined) {
    return {
      error: 'quarantined',
      detail: 'This orchestrator is quarantined until an administrator releases it.',
    };
  }
  return verdict;
}

/** The same answer for all ids, so that strangers cannot probe them. */
const NONE_VALID = 'This controller requires credentials, and this orchestrator presented no valid one.';
const MUST_PRESENT = 'This orchestrator has a credential and must present it.';
const NOT_ITS_OWN = 'The credential is not that of this orchestrator.';

function judgeCredential(
  secret: string | undefined,
  stored: StoredCredential | null,
  isTokenMode: boolean,
): Verdict | Refusal {
  if (stored) {
    if (secret === undefined) return unauthorized(isTokenMode ? NONE_VALID : MUST_PRESENT);
    const hash = digest(secret);
    const isCurrent = hashesMatch(hash, stored.currentHash);
    const isNext = hashesMatch(hash, stored.nextHash);
    if (!isCurrent && !isNext) return unauthorized(isTokenMode ? NONE_VALID : NOT_ITS_OWN);
    if (stored.revokedAt) {
      const detail = 'The credential was revoked; the orchestrator needs a new enrolment token.';
      return { error: 'credential_revoked', detail };
    }
    return { kind: 'credential', hash, isNext, wantsOffer: isCurrent && stored.isRotationRequested };
  }
  if (!isTokenMode) return { kind: 'open' };
  return unauthorized(NONE_VALID);
}

function judgeEnrolment(facts: RegistrationFacts): Verdict | Refusal {
  const { token, known, nowMs } = facts;
  if (!token) return unauthorized('There is no such enrolment token.');
  if (token.revokedAt)
    return { error: 'enrolment_token_revoked', detail: 'The enrolment token was revoked.' };
  if (token.expiresAt.getTime() <= nowMs) {
    return { error: 'enrolment_token_expired', detail: 'The enrolment token has expired.' };
  }
  if (known && known.organizationId !== token.organizationId) {
    const detail = 'The enrolment token belongs to another organization than this orchestrator.';
    return { error: 'organization_mismatch', detail };
  }
  const isCounted = mayEnrol(facts, token);
  if (typeof isCounted !== 'boolean') return isCounted;
  if (isCounted && token.maxUses !== null && token.uses >= token.maxUses) return usedUp();
  return { kind: 'enrolment', token, isCounted };
}

/**
 * Returns whether it counts as a use of the token, or the refusal if the orchestrator may not get another credential.
 */
function mayEnrol({ known, isConnected }: RegistrationFacts, token: PresentedToken): boolean | Refusal {
  const stored = known?.credential;
  if (!stored) return true;
  if (stored.revokedAt) {
    // An older token, which a stolen machine may have, must not undo the revocation.
    if (token.createdAt > stored.revokedAt) return true;
    const detail = 'The credential was revoked; only an enrolment token created afterwards admits it.';
    return { error: 'credential_revoked', detail };
  }
  if (stored.isConfirmed) {
    return unauthorized(
      'This orchestrator is already enrolled: it must present its credential, or an administrator must revoke it first.',
    );
  }
  // Its credential may never have arrived, unless a connection uses it.
  if (isConnected) return unauthorized('Another machine has just enrolled as this orchestrator.');
  return token.id !== stored.enrolmentTokenId;
}

/** The refusal of a token without uses left. */
export function usedUp(): Refusal {
  return { error: 'enrolment_token_used_up', detail: 'The enrolment token has no uses left.' };
}

/** The refusal of a registration without valid credentials. */
export function unauthorized(detail: string): Refusal {
  return { error: 'unauthorized', detail };
}
