import { ROLES, type Role } from '@moolai/contracts';

/** A role, and where it holds. */
export interface Grant {
  readonly role: Role;
  /** Means nothing for a superadmin, whose role holds everywhere. */
  readonly organizationIds: readonly string[];
}

export const ROLE_LABELS: Readonly<Record<Role, string>> = {
  superadmin: 'Superadmin',
  admin: 'Admin',
  operator: 'Operator',
  viewer: 'Viewer',
};

export const ROLE_MEANINGS: Readonly<Record<Role, string>> = {
  superadmin: 'Full access to all organizations and to fleet-wide settings.',
  admin: 'Manages orchestrators, users and tokens of these organizations and reads their audit.',
  operator: 'Configures, sends messages and switches independence in these organizations.',
  viewer: 'Read-only access.',
};

/** Nobody grants more than they have. */
export function grantableRoles(own: Role | undefined): readonly Role[] {
  return own === undefined ? [] : ROLES.slice(ROLES.indexOf(own));
}

/** A grant as the API takes it. */
export function grantBody({ role, organizationIds }: Grant): { role: Role; organization_ids?: string[] } {
  return role === 'superadmin' ? { role } : { role, organization_ids: [...organizationIds] };
}

/** True when the grant says where it holds. */
export function isComplete({ role, organizationIds }: Grant): boolean {
  return role === 'superadmin' || organizationIds.length > 0;
}

/** Where a role holds, in words. */
export function placesOf(organizationIds: readonly string[] | null): string {
  return organizationIds === null ? 'Everywhere' : organizationIds.join(', ') || 'Nowhere';
}
