import type { Role } from '@moolai/contracts';

/** A role, and where it holds. */
export interface RoleGrant {
  role: Role;
  /** Empty for a superadmin: the role holds everywhere. */
  organizationIds: string[];
}
