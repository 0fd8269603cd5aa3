import type { OidcSettings } from '../../platform/config/oidc-settings.js';
import type { UserEntity, UsersRepository } from '../users/index.js';
import type { ProviderAccount } from './oidc-provider.js';
import { OidcRefusedError } from './oidc-refusal.js';

/** Finds users whose account belongs to a former provider: it was moved, or replaced by another product. */
export class FormerAccounts {
  constructor(private readonly users: UsersRepository) {}

  /**
   * The user with this account's address who signed in at an issuer that the operator configured as a previous one. The
   * subject is ignored, because the new provider may have assigned the same one to another person.
   * @returns null also if the provider reports the address as unverified
   */
  async find(
    { email, isEmailUnverified }: ProviderAccount,
    { previousIssuers }: OidcSettings,
  ): Promise<UserEntity | null> {
    if (email === undefined || isEmailUnverified || previousIssuers.length === 0) return null;
    const user = await this.users.findByEmail(email);
    const issuer = user?.oidcSubject ? issuerOf(user.oidcSubject) : undefined;
    return issuer !== undefined && previousIssuers.some((one) => isSameIssuer(one, issuer)) ? user : null;
  }

  /** Why an address belongs to another user, and what an administrator can do about it. */
  async whyTaken(email: string, { issuer, isEmailUnverified }: ProviderAccount): Promise<OidcRefusedError> {
    const former = (await this.users.findByEmail(email))?.oidcSubject ?? null;
    if (former === null) {
      return new OidcRefusedError('email_taken', `a user with a password has the address ${email}`);
    }
    const remedy = 'delete that user, and the next sign-in makes it anew';
    const formerIssuer = issuerOf(former);
    if (isSameIssuer(formerIssuer, issuer)) {
      const detail = `the user ${email} belongs to an earlier account of ${issuer}, with another subject: ${remedy}`;
      return new OidcRefusedError('subject_changed', detail);
    }
    const hint = isEmailUnverified
      ? 'it is not matched, since the provider says that the address is not verified'
      : `name that issuer in OIDC_PREVIOUS_ISSUERS, and users are matched by their addresses`;
    const detail = `the user ${email} belongs to an account of ${formerIssuer}, and the issuer is ${issuer}: ${hint}, or ${remedy}`;
    return new OidcRefusedError('issuer_changed', detail);
  }
}

/** The issuer of a stored subject; a URL cannot contain this separator. */
function issuerOf(oidcSubject: string): string {
  return oidcSubject.slice(0, oidcSubject.indexOf('|'));
}

/** Ignores a trailing slash. */
function isSameIssuer(one: string, other: string): boolean {
  return one.replace(/\/+$/, '') === other.replace(/\/+$/, '');
}
