import { SECRET_PREFIXES, type HandshakeError } from '@moolai/contracts';
import { digest } from '../../platform/secrets/secrets.js';
import { hashesMatch } from './credential-secret.js';

/** The credential of an orchestrator, as far as a registration needs it. */
export interface StoredCredential {
  currentHash: Buffer;
  /** Offered and not used yet. */
  nextHash: Buffer | null;
  /** It is known that the orchestrator has the present one: it was presented or acknowledged. */
  isConfirmed: boolean;
  isRotationRequested: boolean;
  revokedAt: Date | null;
  /** The token that it enrolled with. */
  enrolmentTokenId: number | null;
}

/** An orchestrator that there is. */
export interface KnownOrchestrator {
  organizationId: string;
  isQuarantined: boolean;
  /** Null: nothing was ever issued to it, so that it has nothing to present. */
  credential: StoredCredential | null;
}

/** An enrolment token as it was found by its hash. */
export interface PresentedToken {
  id: number;
  organizationId: string;
  createdAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
  maxUses: number | null;
  uses: number;
}

/** What a registration is judged by. */
export interface RegistrationFacts {
  /** What it presents, in `register.token` or as bearer token of the upgrade. */
  secret: string | undefined;
  /** Undefined for an id that is new. */
  known: KnownOrchestrator | undefined;
  /** The enrolment token that {@link secret} is; undefined when it is none that there is. */
  token: PresentedToken | undefined;
  /** `ORCHESTRATOR_AUTH=token`: nobody comes in without a credential. */
  isTokenMode: boolean;
  /** It is connected at this moment. */
  isConnected: boolean;
  nowMs: number;
}

/** Why somebody is not let in. */
export interface Refusal {
  error: HandshakeError;
  detail: string;
}

/** What somebody is let in by: nothing, a credential, or an enrolment token that gets it one. */
export type Verdict =
  | { kind: 'open' }
  | { kind: 'credential'; hash: Buffer; isNext: boolean; wantsOffer: boolean }
  | { kind: 'enrolment'; token: PresentedToken; isCounted: boolean };

/**
 * Decides who may register as what (docs/adr/0010). Whoever has a credential must present it, in open
 * mode as well: otherwise anyone could take over its id.
 */
export function judge(facts: RegistrationFacts): Verdict | Refusal {
  const { secret, known, isTokenMode } = facts;
  const verdict = secret?.startsWith(SECRET_PREFIXES.enrolmentToken)
    ? judgeEnrolment(facts)
    : judgeCredential(secret, known?.credential ?? null, isTokenMode);
  // Only who is otherwise let in hears of a quarantine: it is no stranger's business.
  if ('kind' in verdict && known?.isQuarantined) {
    return {
      error: 'quarantined',
      detail: 'This orchestrator is quarantined until an administrator releases it.',
    };
  }
  return verdict;
}

/** The only answer where strangers may not learn which orchestrators there are. */
const NONE_VALID =
  'This controller admits orchestrators by credential only, and this one presented none that is valid.';
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

/** Whether it counts as a use of the token, or why an orchestrator that has a credential gets no other. */
function mayEnrol({ known, isConnected }: RegistrationFacts, token: PresentedToken): boolean | Refusal {
  const stored = known?.credential;
  if (!stored) return true;
  if (stored.revokedAt) {
    // The token that a stolen machine still has must not undo the revocation.
    if (token.createdAt > stored.revokedAt) return true;
    const detail = 'The credential was revoked; only an enrolment token that was made afterwards admits it.';
    return { error: 'credential_revoked', detail };
  }
  if (stored.isConfirmed) {
    return unauthorized(
      'This orchestrator is enrolled; it must present its credential, or be revoked first.',
    );
  }
  // It may be that its credential never reached it. But while someone is connected with it, it did.
  if (isConnected) return unauthorized('Another machine has just enrolled as this orchestrator.');
  return token.id !== stored.enrolmentTokenId;
}

/** The refusal of a token that has admitted as many as it may. */
export function usedUp(): Refusal {
  return { error: 'enrolment_token_used_up', detail: 'The enrolment token was used as often as it may be.' };
}

/** The refusal of whoever cannot prove who it is. */
export function unauthorized(detail: string): Refusal {
  return { error: 'unauthorized', detail };
}
