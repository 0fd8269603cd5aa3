import type { ListQuery } from './envelope.js';

/** Prefixes of secrets, so that scanners of repositories and logs recognize a leaked one. */
export const SECRET_PREFIXES = { enrolmentToken: 'moe_', credential: 'moc_' } as const;

/** State of an orchestrator's credential, without the credential itself. Times are ISO 8601 UTC. */
export interface CredentialState {
  /**
   * True if the orchestrator has a valid credential. It must then present one, whatever `ORCHESTRATOR_AUTH` is set to.
   */
  has_credential: boolean;
  issued_at: string | null;
  /** When the orchestrator last registered with it. */
  last_used_at: string | null;
  /**
   * True while a new credential is waiting to be offered or has not been used yet. The old one stays valid until then.
   */
  rotation_pending: boolean;
  /** When all its credentials were revoked; null if it was given a new one since, or none was revoked. */
  revoked_at: string | null;
  revoked_by: string | null;
}

/** Answer of `POST /api/v1/internal/orchestrators/:id/credentials/rotate`. */
export interface CredentialRotation {
  orchestrator_id: string;
  /**
   * True if the new credential was written to an open connection; otherwise it is issued with the next registration.
   */
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
  /** When the quarantine that ended had begun. */
  quarantined_at: string;
  quarantine_reason: string | null;
}

/** Whether an enrolment token is `usable`, or why not. */
export const ENROLMENT_TOKEN_STATES = ['usable', 'expired', 'used_up', 'revoked'] as const;
export type EnrolmentTokenState = (typeof ENROLMENT_TOKEN_STATES)[number];

/** A token that enrols orchestrators in one organization, without its secret. */
export interface EnrolmentToken {
  id: number;
  organization_id: string;
  name: string;
  state: EnrolmentTokenState;
  expires_at: string;
  /** How many orchestrators it may enrol; null for unlimited. */
  max_uses: number | null;
  uses: number;
  created_at: string;
  created_by: string;
  last_used_at: string | null;
  revoked_at: string | null;
  revoked_by: string | null;
}

/** Answer of `POST /api/v1/internal/enrolment-tokens`, the only one that shows the secret. */
export interface CreatedEnrolmentToken extends EnrolmentToken {
  token: string;
}

/** Body of `POST /api/v1/internal/enrolment-tokens`. */
export interface CreateEnrolmentTokenRequest {
  organization_id: string;
  /** Purpose of the token; defaults to `Enrolment into <organization_id>`. */
  name?: string;
  /** ISO 8601; at most {@link ENROLMENT_TOKEN_MAX_DAYS} ahead. */
  expires_at: string;
  /** Unlimited if omitted. */
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
