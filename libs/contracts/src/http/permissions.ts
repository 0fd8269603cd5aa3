import type { Role } from './auth.js';

/** What a route may ask of whoever calls it. */
export const PERMISSIONS = [
  'fleet:read',
  'configuration:write',
  'messages:write',
  'independence:write',
  'orchestrators:manage',
  'organizations:manage',
  'users:manage',
  'audit:read',
  'fleet:manage',
] as const;

/**
 * One thing that a role allows. `fleet:manage` is what concerns more than one organization: creating
 * them, and what holds for the whole fleet.
 */
export type Permission = (typeof PERMISSIONS)[number];

const VIEWER: readonly Permission[] = ['fleet:read'];
const OPERATOR: readonly Permission[] = [
  ...VIEWER,
  'configuration:write',
  'messages:write',
  'independence:write',
];
const ADMIN: readonly Permission[] = [
  ...OPERATOR,
  'orchestrators:manage',
  'organizations:manage',
  'users:manage',
  'audit:read',
];

/** What each role may do; each but the first within its own organizations. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  superadmin: PERMISSIONS,
  admin: ADMIN,
  operator: OPERATOR,
  viewer: VIEWER,
};
