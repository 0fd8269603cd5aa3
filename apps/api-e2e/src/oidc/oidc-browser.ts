import type { Session } from '@moolai/contracts';
import type { Response, Test } from 'supertest';
import type { TestController } from '../support/test-controller.js';
import type { LocalAccount, LocalProvider } from './local-provider.js';

/** A browser's cookies for one site. */
export class Jar {
  private readonly cookies = new Map<string, string>();

  keep(headers: string[]): void {
    for (const header of headers) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }

  get header(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }
}

function cookiesOf(response: Response): string[] {
  return (response.headers['set-cookie'] as unknown as string[] | undefined) ?? [];
}

/** A browser's state when it returns from the provider. */
export interface Visit {
  jar: Jar;
  callback: URL;
}

/** Result of a sign-in: a session, or the reason of the refusal. */
export interface Outcome {
  session?: Session;
  refusal?: string;
}

/** A browser that signs in at a provider. */
export class OidcBrowser {
  constructor(
    private readonly controller: TestController,
    private readonly provider: LocalProvider,
  ) {}

  /** Goes to the provider and returns with its answer, with separate cookies. */
  async visitProvider(id: string, account: LocalAccount): Promise<Visit> {
    this.provider.accounts.set(id, account);
    this.provider.current = id;
    const jar = new Jar();
    const start = await this.controller.anonymous.get('/auth/oidc/login').expect(302);
    jar.keep(cookiesOf(start));
    const atProvider = new Jar();
    let address = new URL(start.headers['location'] ?? '');
    while (address.origin === this.provider.issuer) {
      const response = await fetch(address, { redirect: 'manual', headers: { cookie: atProvider.header } });
      atProvider.keep(response.headers.getSetCookie());
      address = new URL(response.headers.get('location') ?? '', address);
    }
    return { jar, callback: address };
  }

  comeBack(jar: Jar, callback: URL): Test {
    return this.controller.anonymous.get(`${callback.pathname}${callback.search}`).set('cookie', jar.header);
  }

  async signIn(id: string, account: LocalAccount): Promise<Outcome> {
    const { jar, callback } = await this.visitProvider(id, account);
    const back = await this.comeBack(jar, callback).expect(302);
    jar.keep(cookiesOf(back));
    const location = new URL(back.headers['location'] ?? '', 'http://console.test');
    expect(location.pathname).toBe('/sign-in');
    const reason = location.searchParams.get('oidc') ?? '';
    if (reason !== 'ok') return { refusal: reason };
    const refreshed = await this.controller.anonymous
      .post('/api/v1/internal/auth/refresh')
      .set('cookie', jar.header)
      .send({})
      .expect(200);
    return { session: (refreshed.body as { data: Session }).data };
  }
}
