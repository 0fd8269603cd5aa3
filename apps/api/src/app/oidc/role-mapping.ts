import { ROLES } from '@moolai/contracts';
import type { RoleGrant } from '../../platform/access/role-grant.js';
import type { OidcSettings } from '../../platform/config/oidc-settings.js';
import { valuesOf } from './claims.js';

/**
 * The role that the claim of an account leads to: the highest of those that are mapped, in all of the
 * organizations for which it is. Undefined when nothing is mapped, so that a new employee gets nothing by accident.
 */
export function mapRole(claim: unknown, { roleMap }: OidcSettings): RoleGrant | undefined {
  const mapped = valuesOf(claim).flatMap((value) => roleMap.get(value) ?? []);
  const role = ROLES.find((candidate) => mapped.some((one) => one.role === candidate));
  if (role === undefined) return undefined;
  if (role === 'superadmin') return { role, organizationIds: [] };
  const organizations = mapped.filter((one) => one.role === role).flatMap((one) => one.organizationIds);
  return { role, organizationIds: [...new Set(organizations)].sort() };
}
