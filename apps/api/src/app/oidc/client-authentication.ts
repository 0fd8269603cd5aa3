import * as oidc from 'openid-client';
import { isClientRefused } from './oidc-refusal.js';

const BASIC = 'client_secret_basic';
const POST = 'client_secret_post';

/**
 * How the controller shows its secret at the token endpoint. Providers say in their discovery document which ways they
 * know, but not which of them this client is registered for. So each is tried in turn until one is accepted, and that
 * one is used from then on: a provider refuses a client before it takes the code.
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

  /** For the library, which calls it with each request to the token endpoint. */
  readonly apply: oidc.ClientAuth = (server, client, body, headers) => {
    const way = this.wayFor(server);
    const authenticate = way === undefined ? oidc.None() : this.ways[way];
    authenticate?.(server, client, body, headers);
  };

  /** Makes a request, once more for each way that is left when the provider refuses the client. */
  async attempt<T>(server: oidc.ServerMetadata, request: () => Promise<T>): Promise<T> {
    for (;;) {
      const way = this.wayFor(server);
      try {
        return await request();
      } catch (error) {
        if (way === undefined || !isClientRefused(error)) throw error;
        this.refused.add(way);
        if (this.waysOf(server).every((one) => this.refused.has(one))) {
          // The next sign-in tries all of them again: somebody may have mended the registration.
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

  /** Basic is what a provider knows that names none (OpenID Connect Discovery 1.0, section 3). */
  private waysOf(server: oidc.ServerMetadata): string[] {
    const known = Object.keys(this.ways);
    const named = server.token_endpoint_auth_methods_supported;
    if (named === undefined) return [...known].reverse();
    const both = known.filter((way) => named.includes(way));
    // Some leave out what they take.
    return both.length > 0 ? both : known;
  }
}
