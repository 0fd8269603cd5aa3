import { isJsonObject } from '@moolai/contracts';

/** What a provider says of an account, by claim. */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * The claim that a path names, such as `groups` or `realm_access.roles`. A name may itself have dots
 * (`https://acme.example/roles`), so a whole name counts before a part of it.
 */
export function claimAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    const name = path.slice(0, dot);
    const inner = Object.hasOwn(claims, name) ? claims[name] : undefined;
    const found = isJsonObject(inner) ? claimAt(inner, path.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The values of a claim: a text, a list, or, as Zitadel has it, the names of an object. */
export function valuesOf(claim: unknown): string[] {
  if (isJsonObject(claim)) return Object.keys(claim);
  const values = Array.isArray(claim) ? claim : [claim];
  return values.filter((value) => typeof value === 'string');
}

/** A claim that is an e-mail address such as a user can have. */
export function addressIn(claim: unknown): string | undefined {
  return typeof claim === 'string' && claim.length <= 255 && /^[^\s@]+@[^\s@]+$/.test(claim)
    ? claim
    : undefined;
}

/** True where the provider says that the address is not verified; many vouch for every address and say nothing. */
export function saysUnverified(claim: unknown): boolean {
  return claim !== undefined && claim !== null && claim !== true && claim !== 'true';
}

/** Why the claim of a path is not there, for the log. */
export function whyMissing(claims: Claims, path: string): string {
  const names = Object.keys(claims).sort().join(', ');
  const [first = path] = path.split('.');
  // Entra ID leaves out the groups of somebody who has more than 200 of them.
  const elsewhere = isJsonObject(claims['_claim_names']) && Object.hasOwn(claims['_claim_names'], first);
  const hint = elsewhere ? '; the provider has left it out, since it is too long for a token' : '';
  return `the claim "${path}" is neither in the ID token nor at UserInfo, which have ${names}${hint}`;
}
