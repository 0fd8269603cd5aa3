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
  superadmin: 'Everything, in every organization, and what concerns the whole fleet.',
  admin: 'Orchestrators, members, tokens and the audit of these organizations.',
  operator: 'Configures, sends messages and switches independence in these organizations.',
  viewer: 'Looks, and changes nothing.',
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
