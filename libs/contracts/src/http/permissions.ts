import type { Role } from './auth.js';

/** Permissions that a route can require. */
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
 * One permission. `fleet:manage` covers what concerns more than one organization: creating organizations, and
 * fleet-wide settings.
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

/** Permissions of each role. All roles but the first are limited to their own organizations. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  superadmin: PERMISSIONS,
  admin: ADMIN,
  operator: OPERATOR,
  viewer: VIEWER,
};
