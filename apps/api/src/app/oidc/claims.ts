import { isJsonObject } from '@moolai/contracts';

/** A provider's claims about an account. */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * The claim at a path such as `groups` or `realm_access.roles`. A name may contain dots itself
 * (`https://acme.example/roles`), so a full name takes precedence over a path.
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

/** The values of a claim: a string, a list or, as Zitadel sends it, the keys of an object. */
export function valuesOf(claim: unknown): string[] {
  if (isJsonObject(claim)) return Object.keys(claim);
  const values = Array.isArray(claim) ? claim : [claim];
  return values.filter((value) => typeof value === 'string');
}

/** A claim's value if it is a valid e-mail address for a user. */
export function addressIn(claim: unknown): string | undefined {
  return typeof claim === 'string' && claim.length <= 255 && /^[^\s@]+@[^\s@]+$/.test(claim)
    ? claim
    : undefined;
}

/** True if the provider reports the address as unverified; many verify every address and send no claim. */
export function saysUnverified(claim: unknown): boolean {
  return claim !== undefined && claim !== null && claim !== true && claim !== 'true';
}

/** Why the claim at a path is missing, for the log. */
export function whyMissing(claims: Claims, path: string): string {
  const names = Object.keys(claims).sort().join(', ');
  const [first = path] = path.split('.');
  // Entra ID omits the groups of an account with more than 200 of them.
  const elsewhere = isJsonObject(claims['_claim_names']) && Object.hasOwn(claims['_claim_names'], first);
  const hint = elsewhere ? '; the provider has left it out, since it is too long for a token' : '';
  return `the claim "${path}" is neither in the ID token nor at UserInfo, which have ${names}${hint}`;
}
