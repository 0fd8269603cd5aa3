import { ROLES } from '@moolai/contracts';
import type { RoleGrant } from '../../platform/access/role-grant.js';
import type { OidcSettings } from '../../platform/config/oidc-settings.js';
import { valuesOf } from './claims.js';

/**
 * The role for an account's claim: the highest mapped one, in all organizations mapped to it. Undefined if nothing is
 * mapped, so that new employees get no access by accident.
 */
export function mapRole(claim: unknown, { roleMap }: OidcSettings): RoleGrant | undefined {
  const mapped = valuesOf(claim).flatMap((value) => roleMap.get(value) ?? []);
  const role = ROLES.find((candidate) => mapped.some((one) => one.role === candidate));
  if (role === undefined) return undefined;
  if (role === 'superadmin') return { role, organizationIds: [] };
  const organizations = mapped.filter((one) => one.role === role).flatMap((one) => one.organizationIds);
  return { role, organizationIds: [...new Set(organizations)].sort() };
}
