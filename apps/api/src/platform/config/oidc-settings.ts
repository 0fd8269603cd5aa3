import { ROLES, isId, isJsonObject } from '@moolai/contracts';
import type { RoleGrant } from '../access/role-grant.js';

/** Sign-in by OpenID Connect. */
export interface OidcSettings {
  issuer: URL;
  clientId: string;
  clientSecret: string | undefined;
  scopes: string;
  /** The claim that says what an account may do, and what each of its values gives. */
  roleClaim: string;
  roleMap: ReadonlyMap<string, RoleGrant>;
  /** Where browsers reach the controller. */
  publicUrl: URL;
}

/** Reads one variable; undefined when it is not set. */
export type ReadVariable = (name: string) => string | undefined;

/**
 * Reads the settings of OpenID Connect; undefined when OIDC_ISSUER is not set.
 * @param refuse is called with what is wrong with a variable
 */
export function readOidc(
  read: ReadVariable,
  refuse: (name: string, rule: string) => never,
): OidcSettings | undefined {
  const issuer = read('OIDC_ISSUER');
  if (issuer === undefined) return undefined;
  const required = (name: string): string => read(name) ?? refuse(name, 'must be set when OIDC_ISSUER is');
  const url = (name: string, text: string): URL =>
    /^https?:/.test(text) && URL.canParse(text)
      ? new URL(text)
      : refuse(name, 'must be an address such as https://host');
  return {
    issuer: url('OIDC_ISSUER', issuer),
    clientId: required('OIDC_CLIENT_ID'),
    clientSecret: read('OIDC_CLIENT_SECRET'),
    scopes: read('OIDC_SCOPES') ?? 'openid email profile',
    roleClaim: read('OIDC_ROLE_CLAIM') ?? 'groups',
    roleMap: readRoleMap(required('OIDC_ROLE_MAP'), (rule) => refuse('OIDC_ROLE_MAP', rule)),
    publicUrl: url('PUBLIC_URL', required('PUBLIC_URL')),
  };
}

function readRoleMap(text: string, refuse: (rule: string) => never): Map<string, RoleGrant> {
  const value = parse(text);
  if (!isJsonObject(value)) return refuse('must be a JSON object of claim values');
  const map = new Map<string, RoleGrant>();
  for (const [claim, grant] of Object.entries(value)) {
    const role = isJsonObject(grant) ? ROLES.find((candidate) => candidate === grant['role']) : undefined;
    const organizations = isJsonObject(grant) ? (grant['organizations'] ?? []) : [];
    if (!role) return refuse(`must give "${claim}" a "role" of ${ROLES.join(', ')}`);
    if (!Array.isArray(organizations) || !organizations.every((id) => typeof id === 'string' && isId(id))) {
      return refuse(`must give "${claim}" a list of "organizations"`);
    }
    if ((role === 'superadmin') !== (organizations.length === 0)) {
      return refuse(`must give "${claim}" organizations, or the role superadmin without any`);
    }
    map.set(claim, { role, organizationIds: organizations });
  }
  return map;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
