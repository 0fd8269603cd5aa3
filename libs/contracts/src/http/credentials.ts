import type { ListQuery } from './envelope.js';

/** What secrets begin with, so that scanners of repositories and logs can recognize one that leaked. */
export const SECRET_PREFIXES = { enrolmentToken: 'moe_', credential: 'moc_' } as const;

/** How an orchestrator's credential is; never the credential itself. Times are ISO 8601 UTC. */
export interface CredentialState {
  /** It has one that is good, so that it must present it, whatever `ORCHESTRATOR_AUTH` says. */
  has_credential: boolean;
  issued_at: string | null;
  /** When it registered with it last. */
  last_used_at: string | null;
  /** A new one is to be offered, or was and is not used yet; until then the old one is good. */
  rotation_pending: boolean;
  /** Since when nothing that it was given is good any more; null when that is not so. */
  revoked_at: string | null;
  revoked_by: string | null;
}

/** Answer of `POST /api/v1/internal/orchestrators/:id/credentials/rotate`. */
export interface CredentialRotation {
  orchestrator_id: string;
  /** True when the new one was written to a live connection; otherwise it comes with the next registration. */
  offered: boolean;
  credential: CredentialState;
}

/** Answer of `DELETE /api/v1/internal/orchestrators/:id/credentials`. */
export interface CredentialRevocation {
  orchestrator_id: string;
  credential: CredentialState;
}

/** Answer of `POST /api/v1/internal/orchestrators/:id/quarantine/release`. */
export interface QuarantineRelease {
  orchestrator_id: string;
  /** What it was released from. */
  quarantined_at: string;
  quarantine_reason: string | null;
}

/** Why an enrolment token admits nobody, or `usable`. */
export const ENROLMENT_TOKEN_STATES = ['usable', 'expired', 'used_up', 'revoked'] as const;
export type EnrolmentTokenState = (typeof ENROLMENT_TOKEN_STATES)[number];

/** A token that admits orchestrators to one organization; never the secret itself. */
export interface EnrolmentToken {
  id: number;
  organization_id: string;
  name: string;
  state: EnrolmentTokenState;
  expires_at: string;
  /** How many orchestrators it admits; null for any number. */
  max_uses: number | null;
  uses: number;
  created_at: string;
  created_by: string;
  last_used_at: string | null;
  revoked_at: string | null;
  revoked_by: string | null;
}

/** Answer of `POST /api/v1/internal/enrolment-tokens`: the only time that the secret is shown. */
export interface CreatedEnrolmentToken extends EnrolmentToken {
  token: string;
}

/** Body of `POST /api/v1/internal/enrolment-tokens`. */
export interface CreateEnrolmentTokenRequest {
  organization_id: string;
  /** What it is for; by default it names the organization. */
  name?: string;
  /** ISO 8601; at most {@link ENROLMENT_TOKEN_MAX_DAYS} ahead. */
  expires_at: string;
  /** Any number when left out. */
  max_uses?: number;
}

export const ENROLMENT_TOKEN_MAX_DAYS = 366;

export const ENROLMENT_TOKEN_SORT_FIELDS = [
  'id',
  'name',
  'organization_id',
  'expires_at',
  'created_at',
] as const;

/** Query of `GET /api/v1/internal/enrolment-tokens`. */
export interface EnrolmentTokenListQuery extends ListQuery {
  organization_id?: string;
  state?: EnrolmentTokenState;
}
