import type { CredentialState, EnrolmentToken, EnrolmentTokenState } from '@moolai/contracts';
import type { CredentialRow } from './credentials.repository.js';
import type { EnrolmentTokenEntity } from './enrolment-token.entity.js';

function iso(date: Date | null): string | null {
  return date === null ? null : date.toISOString();
}

/** A credential as administrators see it. */
export function toCredentialState(row: CredentialRow): CredentialState {
  return {
    has_credential: row.issuedAt !== null && row.revokedAt === null,
    issued_at: iso(row.issuedAt),
    last_used_at: iso(row.lastUsedAt),
    rotation_pending: row.rotationRequestedAt !== null || row.nextIssuedAt !== null,
    revoked_at: iso(row.revokedAt),
    revoked_by: row.revokedBy,
  };
}

function stateOf(token: EnrolmentTokenEntity, now: Date): EnrolmentTokenState {
  if (token.revokedAt) return 'revoked';
  if (token.expiresAt <= now) return 'expired';
  return token.maxUses !== null && token.uses >= token.maxUses ? 'used_up' : 'usable';
}

/** An enrolment token as administrators see it. */
export function toEnrolmentToken(row: EnrolmentTokenEntity, now: Date): EnrolmentToken {
  return {
    id: row.id,
    organization_id: row.organizationId,
    name: row.name,
    state: stateOf(row, now),
    expires_at: row.expiresAt.toISOString(),
    max_uses: row.maxUses,
    uses: row.uses,
    created_at: row.createdAt.toISOString(),
    created_by: row.createdBy,
    last_used_at: iso(row.lastUsedAt),
    revoked_at: iso(row.revokedAt),
    revoked_by: row.revokedBy,
  };
}
