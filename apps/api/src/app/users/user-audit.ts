import type { AuditAction } from '@moolai/contracts';
import type { Actor } from '../../platform/access/principal.js';
import type { AuditedChange } from '../audit/index.js';
import type { UserEntity } from './user.entity.js';

/** The hash only shows whether the password changed: the audit log masks it by name. */
function state(row: UserEntity): NonNullable<AuditedChange['after']> {
  return {
    email: row.email,
    name: row.name,
    role: row.role,
    organization_ids: row.organizationIds,
    is_active: row.isActive,
    password: row.passwordHash,
    ...(row.oidcSubject === null ? {} : { oidc_subject: row.oidcSubject }),
  };
}

/** The only organization; null for several or all, whose entry is only visible to callers who see everything. */
export function soleOrganization(organizationIds: readonly string[]): string | null {
  return organizationIds.length === 1 ? (organizationIds[0] ?? null) : null;
}

/** The audited change of a user. */
export function userChange(
  action: AuditAction,
  actor: Actor,
  before: UserEntity | null,
  after: UserEntity | null,
): AuditedChange {
  const { userId } = after ?? before ?? { userId: '' };
  // If a user moves between organizations, neither may see the other.
  const organizationIds = [
    ...new Set([...(before?.organizationIds ?? []), ...(after?.organizationIds ?? [])]),
  ];
  return {
    actor,
    action,
    organizationId: soleOrganization(organizationIds),
    target: { type: 'user', id: userId },
    before: before && state(before),
    after: after && state(after),
  };
}
