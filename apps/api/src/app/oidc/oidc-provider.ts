import { isJsonObject } from '@moolai/contracts';
import { Inject, Injectable } from '@nestjs/common';
import * as oidc from 'openid-client';
import type { OidcSettings } from '../../platform/config/oidc-settings.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { AppError } from '../../platform/errors/app-error.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { addressIn, claimAt, saysUnverified, whyMissing, type Claims } from './claims.js';
import { ClientAuthentication } from './client-authentication.js';
import { toRefusal } from './oidc-refusal.js';

/** The values that must come back with the browser (RFC 9700, section 2.1). */
export interface Challenge {
  state: string;
  nonce: string;
  verifier: string;
}

/** An account that signed in at the provider. */
export interface ProviderAccount {
  issuer: string;
  /** Issuer and subject: together they identify one account forever. */
  subject: string;
  email: string | undefined;
  /** True if the provider reports the address as unverified. */
  isEmailUnverified: boolean;
  name: string | undefined;
  roleClaim: unknown;
  /** Why a claim is missing, for the log. */
  why: (claim: string) => string;
}

/** Path of the provider's redirect, below PUBLIC_URL. */
export const CALLBACK_PATH = '/auth/oidc/callback';

/** Claims worth a request to UserInfo if missing: by default the standard only provides them there. */
const WANTED = ['email', 'email_verified'];

/** The OpenID Connect provider: authorization code flow with PKCE, through a certified library. */
@Injectable()
export class OidcProvider {
  private configuration: Promise<oidc.Configuration> | undefined;

  private readonly client: ClientAuthentication;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.client = new ClientAuthentication(settings.oidc?.clientSecret);
  }

  /** @throws AppError `not_found` if OpenID Connect is not configured */
  get oidcSettings(): OidcSettings {
    this.assertConfigured();
    return this.settings.oidc as OidcSettings;
  }

  /** @throws AppError `not_found` if OpenID Connect is not configured */
  assertConfigured(): void {
    if (!this.settings.oidc) throw new AppError('not_found', 'OpenID Connect sign-in is not configured.');
  }

  /** The provider's URL for the browser, and the challenge to store. */
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
   * Exchanges the code for the account that signed in.
   * @param query of the callback's URL
   * @throws an error of the library when a check fails
   */
  async finish(query: string, { state, nonce, verifier }: Challenge): Promise<ProviderAccount> {
    const callback = this.callback();
    callback.search = query;
    const configuration = await this.configured();
    const checks = {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    };
    const tokens = await this.client.attempt(configuration.serverMetadata(), () =>
      oidc.authorizationCodeGrant(configuration, callback, checks),
    );
    const idToken = tokens.claims();
    if (!idToken) throw new Error('the provider gave no ID token');
    const { userInfo, problem } = await this.requestUserInfo(configuration, tokens.access_token, idToken);
    const claims = merge(userInfo, idToken);
    const { name } = claims;
    return {
      issuer: idToken.iss,
      subject: `${idToken.iss}|${idToken.sub}`,
      email: addressIn(claims['email']),
      isEmailUnverified: saysUnverified(claims['email_verified']),
      name: typeof name === 'string' ? name : undefined,
      roleClaim: claimAt(claims, this.oidcSettings.roleClaim),
      why: (claim) => `${whyMissing(claims, claim)}${problem}`,
    };
  }

  /**
   * Adds the claims of UserInfo if the ID token lacks some. A failure must not refuse an account whose ID token is
   * sufficient.
   */
  private async requestUserInfo(
    configuration: oidc.Configuration,
    accessToken: string,
    idToken: oidc.IDToken,
  ): Promise<{ userInfo: Claims; problem: string }> {
    const isComplete =
      claimAt(idToken, this.oidcSettings.roleClaim) !== undefined &&
      WANTED.every((name) => idToken[name] !== undefined);
    if (isComplete) return { userInfo: {}, problem: '' };
    if (configuration.serverMetadata().userinfo_endpoint === undefined) {
      return { userInfo: {}, problem: '; the provider has no UserInfo' };
    }
    try {
      const answer: unknown = await oidc.fetchUserInfo(configuration, accessToken, idToken.sub);
      return { userInfo: isJsonObject(answer) ? answer : {}, problem: '' };
    } catch (error) {
      const problem = `UserInfo failed: ${toRefusal(error).message}`;
      this.logger.warn(`sign-in by OpenID Connect: ${problem}`);
      return { userInfo: {}, problem: `; ${problem}` };
    }
  }

  private callback(): URL {
    return new URL(CALLBACK_PATH, this.oidcSettings.publicUrl);
  }

  /** Reads the provider's endpoints and keys once; after a failure the next sign-in tries again. */
  private configured(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.oidcSettings;
    // The library refuses plain HTTP by default; an operator who configures such an issuer has decided otherwise.
    const execute = issuer.protocol === 'http:' ? [oidc.allowInsecureRequests] : [];
    this.configuration ??= oidc
      .discovery(issuer, clientId, clientSecret, this.client.apply, { execute })
      .catch((error: Error) => {
        this.configuration = undefined;
        throw error;
      });
    return this.configuration;
  }
}

/** Signed claims take precedence, and a verification status only applies to its own address. */
function merge(userInfo: Claims, idToken: Claims): Claims {
  const isOfOther = idToken['email'] !== undefined && idToken['email'] !== userInfo['email'];
  const { email_verified, ...rest } = userInfo;
  return { ...rest, ...(isOfOther ? {} : { email_verified }), ...idToken };
}
