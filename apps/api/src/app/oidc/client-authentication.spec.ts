import * as oidc from 'openid-client';
import { ClientAuthentication } from './client-authentication.js';

type Way = 'basic' | 'post' | 'none';

/** A provider that accepts one method and announces some, and records what it saw. */
class Provider {
  readonly seen: Way[] = [];
  readonly metadata: oidc.ServerMetadata;

  constructor(
    private readonly taken: Way | undefined,
    named?: string[],
  ) {
    const issuer = 'https://provider.example';
    this.metadata = { issuer, ...(named ? { token_endpoint_auth_methods_supported: named } : {}) };
  }

  /** Sends a request to the token endpoint. */
  readonly ask = (client: ClientAuthentication) => async (): Promise<string> => {
    const [body, headers] = [new URLSearchParams(), new Headers()];
    client.apply(this.metadata, { client_id: 'moolai' }, body, headers);
    const way = headers.has('authorization') ? 'basic' : body.has('client_secret') ? 'post' : 'none';
    this.seen.push(way);
    if (way === this.taken) return Promise.resolve('tokens');
    const response = new Response(null, { status: 400 });
    throw new oidc.ResponseBodyError('refused', { cause: { error: 'invalid_client' }, response });
  };
}

const BOTH = ['client_secret_post', 'client_secret_basic'];

describe('ClientAuthentication', () => {
  it.each<[string, Way, string[] | undefined, Way[]]>([
    ['both are named, and basic is taken', 'basic', BOTH, ['post', 'basic', 'basic']],
    ['both are named, and post is taken', 'post', BOTH, ['post', 'post']],
    ['only basic is named', 'basic', ['client_secret_basic'], ['basic', 'basic']],
    ['none is named, which means basic', 'basic', undefined, ['basic', 'basic']],
    ['none is named, and post is taken', 'post', undefined, ['basic', 'post', 'post']],
    ['others are named', 'basic', ['private_key_jwt'], ['post', 'basic', 'basic']],
  ])('finds the accepted method, and keeps it: %s', async (_, taken, named, seen) => {
    const provider = new Provider(taken, named);
    const client = new ClientAuthentication('secret');
    for (let n = 0; n < 2; n += 1) {
      await expect(client.attempt(provider.metadata, provider.ask(client))).resolves.toBe('tokens');
    }
    expect(provider.seen).toEqual(seen);
  });

  it('tries all methods again with the next sign-in when none was accepted', async () => {
    const provider = new Provider(undefined, BOTH);
    const client = new ClientAuthentication('secret');
    for (let n = 0; n < 2; n += 1) {
      await expect(client.attempt(provider.metadata, provider.ask(client))).rejects.toThrow('refused');
    }
    expect(provider.seen).toEqual(['post', 'basic', 'post', 'basic']);
  });

  it('sends no secret if there is none', async () => {
    const provider = new Provider('none');
    const client = new ClientAuthentication(undefined);
    await expect(client.attempt(provider.metadata, provider.ask(client))).resolves.toBe('tokens');
  });

  it('does not retry for another reason', async () => {
    const provider = new Provider('basic', BOTH);
    const client = new ClientAuthentication('secret');
    let count = 0;
    const expired = (): Promise<never> => {
      count += 1;
      const response = new Response(null, { status: 400 });
      const cause = { error: 'invalid_grant' };
      return Promise.reject(new oidc.ResponseBodyError('expired', { cause, response }));
    };
    await expect(client.attempt(provider.metadata, expired)).rejects.toThrow('expired');
    expect(count).toBe(1);
  });
});
