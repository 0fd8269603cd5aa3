import type { User } from '@moolai/contracts';
import type { UserEntity } from './user.entity.js';

/** A row as the API shows it, without the password hash. */
export function toUser(row: UserEntity): User {
  return {
    user_id: row.userId,
    email: row.email,
    name: row.name,
    role: row.role,
    organization_ids: row.role === 'superadmin' ? null : row.organizationIds,
    is_active: row.isActive,
    has_password: row.passwordHash !== null,
    last_login_at: row.lastLoginAt?.toISOString() ?? null,
    created_by: row.createdBy,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}
