import * as oidc from 'openid-client';
import { isClientRefused } from './oidc-refusal.js';

const BASIC = 'client_secret_basic';
const POST = 'client_secret_post';

/**
 * How the controller authenticates at the token endpoint. The provider's discovery document lists the supported
 * methods, but not the one registered for this client. So each is tried in turn, and the accepted one is kept: a
 * provider refuses a client before it uses up the code.
 */
export class ClientAuthentication {
  private readonly ways: Readonly<Record<string, oidc.ClientAuth>>;
  private refused = new Set<string>();

  constructor(secret: string | undefined) {
    this.ways =
      secret === undefined
        ? {}
        : { [POST]: oidc.ClientSecretPost(secret), [BASIC]: oidc.ClientSecretBasic(secret) };
  }

  /** Called by the library for each request to the token endpoint. */
  readonly apply: oidc.ClientAuth = (server, client, body, headers) => {
    const way = this.wayFor(server);
    const authenticate = way === undefined ? oidc.None() : this.ways[way];
    authenticate?.(server, client, body, headers);
  };

  /** Makes a request, and repeats it with each remaining method while the provider refuses the client. */
  async attempt<T>(server: oidc.ServerMetadata, request: () => Promise<T>): Promise<T> {
    for (;;) {
      const way = this.wayFor(server);
      try {
        return await request();
      } catch (error) {
        if (way === undefined || !isClientRefused(error)) throw error;
        this.refused.add(way);
        if (this.waysOf(server).every((one) => this.refused.has(one))) {
          // The next sign-in tries all of them again, because the registration may have been corrected.
          this.refused = new Set();
          throw error;
        }
      }
    }
  }

  /** Undefined for a client without a secret. */
  private wayFor(server: oidc.ServerMetadata): string | undefined {
    const ways = this.waysOf(server);
    return ways.find((way) => !this.refused.has(way)) ?? ways[0];
  }

  /** A provider that lists no methods supports Basic (OpenID Connect Discovery 1.0, section 3). */
  private waysOf(server: oidc.ServerMetadata): string[] {
    const known = Object.keys(this.ways);
    const named = server.token_endpoint_auth_methods_supported;
    if (named === undefined) return [...known].reverse();
    const both = known.filter((way) => named.includes(way));
    // Some providers list methods incompletely.
    return both.length > 0 ? both : known;
  }
}
