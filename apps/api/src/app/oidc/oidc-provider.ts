import { Inject, Injectable } from '@nestjs/common';
import * as oidc from 'openid-client';
import type { OidcSettings } from '../../platform/config/oidc-settings.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { AppError } from '../../platform/errors/app-error.js';

/** What must come back with the browser, to know it again (RFC 9700, section 2.1). */
export interface Challenge {
  state: string;
  nonce: string;
  verifier: string;
}

/** What the provider says of whoever has signed in there. */
export interface ProviderAccount {
  /** Issuer and subject: together they never change and are nobody else's. */
  subject: string;
  email: string | undefined;
  name: string | undefined;
  roleClaim: unknown;
}

/** Where the provider sends browsers back to, below PUBLIC_URL. */
export const CALLBACK_PATH = '/auth/oidc/callback';

/** The OpenID Connect provider: authorization code flow with PKCE, in the words of a certified library. */
@Injectable()
export class OidcProvider {
  private configuration: Promise<oidc.Configuration> | undefined;

  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  /** @throws AppError `not_found` where OpenID Connect is not set up */
  get oidcSettings(): OidcSettings {
    this.assertConfigured();
    return this.settings.oidc as OidcSettings;
  }

  /** @throws AppError `not_found` where OpenID Connect is not set up */
  assertConfigured(): void {
    if (!this.settings.oidc) throw new AppError('not_found', 'Sign-in by OpenID Connect is not set up.');
  }

  /** Where to send a browser, and what it must bring back. */
  async begin(): Promise<{ address: URL; challenge: Challenge }> {
    const challenge = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier: oidc.randomPKCECodeVerifier(),
    };
    const address = oidc.buildAuthorizationUrl(await this.configured(), {
      redirect_uri: this.callback().href,
      scope: this.oidcSettings.scopes,
      code_challenge: await oidc.calculatePKCECodeChallenge(challenge.verifier),
      code_challenge_method: 'S256',
      state: challenge.state,
      nonce: challenge.nonce,
    });
    return { address, challenge };
  }

  /**
   * Exchanges what a browser brings back for the account that has signed in.
   * @param query of the callback's address
   * @throws an error of the library when anything does not fit together
   */
  async finish(query: string, { state, nonce, verifier }: Challenge): Promise<ProviderAccount> {
    const callback = this.callback();
    callback.search = query;
    const tokens = await oidc.authorizationCodeGrant(await this.configured(), callback, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (!claims) throw new Error('the provider gave no ID token');
    const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
    // Some providers vouch for every address and do not say so; one that says no is believed.
    const isVerified = [undefined, true, 'true'].includes(
      claims['email_verified'] as boolean | string | undefined,
    );
    return {
      subject: `${claims.iss}|${claims.sub}`,
      email: isVerified ? addressIn(claims['email']) : undefined,
      name: text(claims['name']),
      roleClaim: claims[this.oidcSettings.roleClaim],
    };
  }

  private callback(): URL {
    return new URL(CALLBACK_PATH, this.oidcSettings.publicUrl);
  }

  /** Asks the provider for its addresses and keys, once; after a failure the next sign-in asks again. */
  private configured(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.oidcSettings;
    // The library refuses plain HTTP unless it is told otherwise; whoever names such an issuer has decided.
    const execute = issuer.protocol === 'http:' ? [oidc.allowInsecureRequests] : [];
    this.configuration ??= oidc
      .discovery(issuer, clientId, clientSecret, undefined, { execute })
      .catch((error: Error) => {
        this.configuration = undefined;
        throw error;
      });
    return this.configuration;
  }
}

/** A claim that is an e-mail address such as a user can have. */
function addressIn(claim: unknown): string | undefined {
  return typeof claim === 'string' && claim.length <= 255 && /^[^\s@]+@[^\s@]+$/.test(claim)
    ? claim
    : undefined;
}
