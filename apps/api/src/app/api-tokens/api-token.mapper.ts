import type { ApiToken } from '@moolai/contracts';
import type { ApiTokenEntity } from './api-token.entity.js';

function statusOf(row: ApiTokenEntity, nowMs: number): ApiToken['status'] {
  if (row.revokedAt) return 'revoked';
  return row.expiresAt.getTime() <= nowMs ? 'expired' : 'active';
}

/** A row as the API shows it, without the token or its digest. */
export function toApiToken(row: ApiTokenEntity, nowMs: number): ApiToken {
  return {
    token_id: row.tokenId,
    name: row.name,
    role: row.role,
    organization_ids: row.role === 'superadmin' ? null : row.organizationIds,
    hint: row.hint,
    status: statusOf(row, nowMs),
    expires_at: row.expiresAt.toISOString(),
    last_used_at: row.lastUsedAt?.toISOString() ?? null,
    last_used_address: row.lastUsedAddress,
    created_by: row.createdBy,
    created_at: row.createdAt.toISOString(),
    revoked_at: row.revokedAt?.toISOString() ?? null,
    revoked_by: row.revokedBy,
  };
}
