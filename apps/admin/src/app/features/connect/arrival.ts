import type { FleetEventOf, HandshakeError, Orchestrator } from '@moolai/contracts';
import { CONNECT_TEXTS } from './connect.texts';

const TEXTS = CONNECT_TEXTS.arrival;

/** Progress of the expected orchestrator. */
export type Arrival =
  | { name: 'waiting' }
  /** An orchestrator with this id was already connected. */
  | { name: 'taken'; orchestrator: Orchestrator }
  /** An orchestrator with this id belongs to another organization. */
  | { name: 'elsewhere'; orchestrator: Orchestrator }
  | { name: 'refused'; detail: string; advice: string; at: string; isTaken: boolean }
  | { name: 'connected'; orchestrator: Orchestrator };

const ADVICE: Partial<Readonly<Record<HandshakeError, string>>> = {
  unauthorized: TEXTS.createOrPasteToken,
  enrolment_token_expired: TEXTS.createOtherToken,
  enrolment_token_revoked: TEXTS.createOtherToken,
  enrolment_token_used_up: TEXTS.createOtherToken,
  credential_revoked: TEXTS.createToken,
  quarantined: TEXTS.release,
  organization_mismatch: TEXTS.chooseOther,
  organization_inactive: TEXTS.reactivate,
};

/** A registration that was refused. */
export type Refusal = FleetEventOf<'orchestrator.refused'>;

/** What to do about a refused registration. */
export function refusalAdvice({ data }: Refusal, isTaken = false): string {
  if (isTaken) return TEXTS.otherEnrolled;
  return ADVICE[data.error] ?? TEXTS.correctProblem;
}

/** Facts about the expected orchestrator. */
export interface Known {
  readonly orchestrator: Orchestrator | undefined;
  readonly organizationId: string;
  /** True if it was already connected. */
  readonly wasConnected: boolean;
  /** The last refusal since the waiting began. */
  readonly refusal: Refusal | undefined;
}

/** Progress of the expected orchestrator. */
export function arrivalOf({ orchestrator, organizationId, wasConnected, refusal }: Known): Arrival {
  if (orchestrator && orchestrator.organization_id !== organizationId) {
    return { name: 'elsewhere', orchestrator };
  }
  if (orchestrator?.connected) {
    return wasConnected ? { name: 'taken', orchestrator } : { name: 'connected', orchestrator };
  }
  if (!refusal) return { name: 'waiting' };
  const { detail, error } = refusal.data;
  // A known orchestrator that cannot authenticate is a second one, or has lost its disk.
  const isTaken = orchestrator !== undefined && error === 'unauthorized';
  return {
    name: 'refused',
    detail,
    advice: refusalAdvice(refusal, isTaken),
    at: refusal.at,
    isTaken,
  };
}
