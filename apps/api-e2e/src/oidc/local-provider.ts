import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jest } from '@jest/globals';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { Provider, type ClientAuthMethod } from 'oidc-provider';

/** An account at the provider. */
export interface LocalAccount {
  email?: string;
  email_verified?: boolean;
  name?: string;
  groups?: string[] | string;
  /** Where Keycloak has its roles. */
  realm_access?: { roles: string[] };
}

/** Ways in which providers differ. */
export interface ProviderHabits {
  /** Returns claims at UserInfo only, which is the standard's default. */
  onlyUserInfo?: boolean;
  /** The registered authentication method of the client, and the methods in the discovery document. */
  clientAuth?: { registered: ClientAuthMethod; named: ClientAuthMethod[] };
}

export const CLIENT = { id: 'moolai', secret: 'the secret of the test client' };
export const PUBLIC_URL = 'http://console.test';

/** A real OpenID Connect provider on this machine, which signs in the current account without asking. */
export class LocalProvider {
  readonly accounts = new Map<string, LocalAccount>();
  /** The account to sign in next. */
  current = '';

  private constructor(
    private readonly server: Server,
    readonly issuer: string,
    private readonly habits: ProviderHabits,
  ) {}

  static async start(habits: ProviderHabits = {}): Promise<LocalProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const local = new LocalProvider(server, issuer, habits);
    // Suppresses its warning that it stores everything in memory.
    const warnings = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const handle = local.provider(await exportJWK(privateKey)).callback();
    warnings.mockRestore();
    server.on('request', (request, response) => void handle(request, response));
    return local;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private provider(key: JWK): Provider {
    const { onlyUserInfo = false, clientAuth } = this.habits;
    const provider: Provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          redirect_uris: [`${PUBLIC_URL}/auth/oidc/callback`],
          token_endpoint_auth_method: clientAuth?.registered ?? 'client_secret_post',
        },
      ],
      ...(clientAuth ? { clientAuthMethods: clientAuth.named } : {}),
      claims: {
        openid: ['sub', 'groups', 'realm_access'],
        email: ['email', 'email_verified'],
        profile: ['name'],
      },
      conformIdTokenClaims: onlyUserInfo,
      jwks: { keys: [{ ...key, alg: 'RS256', use: 'sig' }] },
      ttl: { Interaction: 60, Grant: 60, Session: 60, AccessToken: 60, IdToken: 60 },
      pkce: { required: () => true },
      features: { devInteractions: { enabled: false } },
      cookies: { keys: ['keys of a test'] },
      findAccount: (_, id) => ({
        accountId: id,
        claims: () => Promise.resolve({ sub: id, ...this.accounts.get(id) }),
      }),
      loadExistingGrant: async (context) => {
        const { client, session } = context.oidc;
        const grant = new provider.Grant({
          clientId: client?.clientId ?? '',
          accountId: session?.accountId ?? '',
        });
        grant.addOIDCScope('openid email profile');
        await grant.save();
        return grant;
      },
    });
    provider.use(async (context, next) => {
      if (!context.path.startsWith('/interaction/')) {
        await next();
        return;
      }
      const result = { login: { accountId: this.current } };
      context.respond = false;
      await provider.interactionFinished(context.req, context.res, result);
    });
    return provider;
  }
}
