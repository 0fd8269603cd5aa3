import type { Role } from '@moolai/contracts';

/** A role and the organizations in which it applies. */
export interface RoleGrant {
  role: Role;
  /** Empty for a superadmin, whose role applies everywhere. */
  organizationIds: string[];
}
