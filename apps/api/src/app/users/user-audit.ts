import type { AuditAction } from '@moolai/contracts';
import type { Actor } from '../../platform/access/principal.js';
import type { AuditedChange } from '../audit/index.js';
import type { UserEntity } from './user.entity.js';

/** The hash only says whether the password is another one: the audit masks it by its name. */
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

/** The organization that somebody of these belongs to; null for several or all: only who sees all reads of it. */
export function soleOrganization(organizationIds: readonly string[]): string | null {
  return organizationIds.length === 1 ? (organizationIds[0] ?? null) : null;
}

/** What the audit is told of a change of a user. */
export function userChange(
  action: AuditAction,
  actor: Actor,
  before: UserEntity | null,
  after: UserEntity | null,
): AuditedChange {
  const { userId } = after ?? before ?? { userId: '' };
  // Where somebody moves from one organization to another, neither may read of the other.
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
