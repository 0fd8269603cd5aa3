import { ROLES, type Role } from '@moolai/contracts';
import { ACCESS_TEXTS } from './access.texts';

const TEXTS = ACCESS_TEXTS.grant;

/** A role and its organizations. */
export interface Grant {
  readonly role: Role;
  /** Ignored for a superadmin, whose role applies everywhere. */
  readonly organizationIds: readonly string[];
}

export const ROLE_LABELS: Readonly<Record<Role, string>> = {
  superadmin: TEXTS.superadmin,
  admin: TEXTS.admin,
  operator: TEXTS.operator,
  viewer: TEXTS.viewer,
};

export const ROLE_MEANINGS: Readonly<Record<Role, string>> = {
  superadmin: TEXTS.superadminMeaning,
  admin: TEXTS.adminMeaning,
  operator: TEXTS.operatorMeaning,
  viewer: TEXTS.viewerMeaning,
};

/** The roles that a user may grant: at most their own. */
export function grantableRoles(own: Role | undefined): readonly Role[] {
  return own === undefined ? [] : ROLES.slice(ROLES.indexOf(own));
}

/** A grant as a request body. */
export function grantBody({ role, organizationIds }: Grant): { role: Role; organization_ids?: string[] } {
  return role === 'superadmin' ? { role } : { role, organization_ids: [...organizationIds] };
}

/** True if the grant is complete. */
export function isComplete({ role, organizationIds }: Grant): boolean {
  return role === 'superadmin' || organizationIds.length > 0;
}

/** The organizations of a role, as text. */
export function placesOf(organizationIds: readonly string[] | null): string {
  return organizationIds === null ? TEXTS.everywhere : organizationIds.join(', ') || TEXTS.nowhere;
}
