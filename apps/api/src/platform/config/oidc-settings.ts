import { ROLES, isId, isJsonObject } from '@moolai/contracts';
import type { RoleGrant } from '../access/role-grant.js';

/** OpenID Connect sign-in. */
export interface OidcSettings {
  issuer: URL;
  clientId: string;
  clientSecret: string | undefined;
  scopes: string;
  /** Path of the claim that determines the role, and the role for each of its values. */
  roleClaim: string;
  roleMap: ReadonlyMap<string, RoleGrant>;
  /** Whether to accept accounts whose e-mail address the provider reports as unverified. */
  allowUnverifiedEmail: boolean;
  /** Former issuers: users who signed in there are matched by their e-mail address. */
  previousIssuers: string[];
  /** The URL at which browsers reach the controller. */
  publicUrl: URL;
}

/** Reads one variable; undefined when it is not set. */
export type ReadVariable = (name: string) => string | undefined;

/** Reads one variable that is true or false. */
export type ReadBoolean = (name: string, fallback: boolean) => boolean;

/**
 * Reads the OpenID Connect settings; undefined if OIDC_ISSUER is not set.
 * @param refuse reports an invalid variable
 */
export function readOidc(
  read: ReadVariable,
  readBoolean: ReadBoolean,
  refuse: (name: string, rule: string) => never,
): OidcSettings | undefined {
  const issuer = read('OIDC_ISSUER');
  if (issuer === undefined) return undefined;
  const required = (name: string): string => read(name) ?? refuse(name, 'must be set when OIDC_ISSUER is');
  const url = (name: string, text: string): URL =>
    /^https?:/.test(text) && URL.canParse(text)
      ? new URL(text)
      : refuse(name, 'must be an address such as https://host');
  const issuerUrl = url('OIDC_ISSUER', issuer);
  const previousIssuers = listOf(read('OIDC_PREVIOUS_ISSUERS'));
  for (const previous of previousIssuers) {
    // The current issuer must not match by address: a new employee could inherit the address and user of a former one.
    const withoutSlash = ({ href }: URL): string => href.replace(/\/+$/, '');
    const isPresent = withoutSlash(url('OIDC_PREVIOUS_ISSUERS', previous)) === withoutSlash(issuerUrl);
    if (isPresent) refuse('OIDC_PREVIOUS_ISSUERS', 'must not have OIDC_ISSUER in it');
  }
  return {
    issuer: issuerUrl,
    clientId: required('OIDC_CLIENT_ID'),
    clientSecret: read('OIDC_CLIENT_SECRET'),
    scopes: read('OIDC_SCOPES') ?? 'openid email profile',
    roleClaim: read('OIDC_ROLE_CLAIM') ?? 'groups',
    roleMap: readRoleMap(required('OIDC_ROLE_MAP'), (rule) => refuse('OIDC_ROLE_MAP', rule)),
    allowUnverifiedEmail: readBoolean('OIDC_ALLOW_UNVERIFIED_EMAIL', false),
    previousIssuers,
    publicUrl: url('PUBLIC_URL', required('PUBLIC_URL')),
  };
}

function listOf(text = ''): string[] {
  const parts = text.split(',').map((part) => part.trim());
  return parts.filter((part) => part !== '');
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
