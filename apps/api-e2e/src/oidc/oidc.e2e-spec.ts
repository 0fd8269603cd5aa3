import type { AuditEntry, Session, SignInMethods, User, Page } from '@moolai/contracts';
import type { Response } from 'supertest';
import { TestController } from '../support/test-controller.js';
import { CLIENT, LocalProvider, PUBLIC_URL, type LocalAccount } from './local-provider.js';

const ROLE_MAP = {
  'moolai-roots': { role: 'superadmin' },
  'acme-ops': { role: 'operator', organizations: ['org-acme'] },
  'beta-ops': { role: 'operator', organizations: ['org-beta'] },
  'acme-view': { role: 'viewer', organizations: ['org-acme'] },
  ghosts: { role: 'viewer', organizations: ['org-not-there'] },
};

/** Cookies as a browser keeps them, for one site. */
class Jar {
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

describe('signing in by OpenID Connect', () => {
  let provider: LocalProvider;
  let controller: TestController;

  beforeAll(async () => {
    provider = await LocalProvider.start();
    controller = await TestController.start({
      env: {
        OIDC_ISSUER: provider.issuer,
        OIDC_CLIENT_ID: CLIENT.id,
        OIDC_CLIENT_SECRET: CLIENT.secret,
        OIDC_ROLE_MAP: JSON.stringify(ROLE_MAP),
        PUBLIC_URL,
      },
    });
    await controller.organization('org-acme');
    await controller.organization('org-beta');
  });

  afterAll(async () => {
    await controller.dispose();
    await provider.stop();
  });

  /** Goes to the provider and comes back with what it gives, in a browser of its own. */
  async function visitProvider(id: string, account: LocalAccount): Promise<{ jar: Jar; callback: URL }> {
    provider.accounts.set(id, account);
    provider.current = id;
    const jar = new Jar();
    const start = await controller.anonymous.get('/auth/oidc/login').expect(302);
    jar.keep(cookiesOf(start));
    const atProvider = new Jar();
    let address = new URL(start.headers['location'] ?? '');
    while (address.origin === provider.issuer) {
      const response = await fetch(address, { redirect: 'manual', headers: { cookie: atProvider.header } });
      atProvider.keep(response.headers.getSetCookie());
      address = new URL(response.headers.get('location') ?? '', address);
    }
    return { jar, callback: address };
  }

  function comeBack(jar: Jar, callback: URL) {
    return controller.anonymous.get(`${callback.pathname}${callback.search}`).set('cookie', jar.header);
  }

  async function signIn(id: string, account: LocalAccount): Promise<{ location: string; session?: Session }> {
    const { jar, callback } = await visitProvider(id, account);
    const back = await comeBack(jar, callback).expect(302);
    jar.keep(cookiesOf(back));
    const location = back.headers['location'] ?? '';
    if (location !== '/sign-in?oidc=ok') return { location };
    const refreshed = await controller.anonymous
      .post('/api/v1/internal/auth/refresh')
      .set('cookie', jar.header)
      .send({})
      .expect(200);
    return { location, session: (refreshed.body as { data: Session }).data };
  }

  it('is offered', async () => {
    const { body } = (await controller.anonymous.get('/auth/methods').expect(200)) as {
      body: { data: SignInMethods };
    };
    expect(body.data).toEqual({ password: true, oidc: true });
  });

  it('makes a user with the role that the claim leads to', async () => {
    const { session } = await signIn('ada', {
      email: 'ada@acme.example',
      email_verified: true,
      name: 'Ada',
      groups: ['acme-view', 'acme-ops', 'beta-ops', 'unknown'],
    });
    expect(session?.user).toMatchObject({
      email: 'ada@acme.example',
      role: 'operator',
      organization_ids: ['org-acme', 'org-beta'],
    });
    const { items } = await controller.get<Page<User>>('/internal/users?search=ada@');
    expect(items).toMatchObject([{ name: 'Ada', has_password: false, created_by: 'oidc' }]);
    const recorded = await controller.get<Page<AuditEntry>>('/internal/audit?actor=oidc');
    expect(recorded.items).toMatchObject([
      { action: 'user.created', actor_kind: 'system', after: { name: 'Ada', role: 'operator' } },
    ]);
  });

  it('follows the claim with each sign-in, whatever happens to the address', async () => {
    await signIn('bob', { email: 'bob@acme.example', groups: 'acme-ops' });
    const { session } = await signIn('bob', { email: 'robert@acme.example', groups: 'acme-view' });
    expect(session?.user).toMatchObject({ role: 'viewer', organization_ids: ['org-acme'] });
    const root = await signIn('bob', { email: 'bob@acme.example', groups: ['moolai-roots'] });
    expect(root.session?.user).toMatchObject({ role: 'superadmin', organization_ids: null });
  });

  it.each<[string, string, LocalAccount]>([
    ['without a mapped role', 'no_role', { email: 'x1@acme.example', groups: ['staff'] }],
    ['without the claim', 'no_role', { email: 'x2@acme.example' }],
    ['of an organization that there is not', 'no_role', { email: 'x3@acme.example', groups: ['ghosts'] }],
    ['without an address', 'no_email', { groups: ['acme-view'] }],
    [
      'with an address that is not verified',
      'no_email',
      { email: 'x4@acme.example', email_verified: false, groups: ['acme-view'] },
    ],
    [
      'with the address of somebody else',
      'email_taken',
      { email: 'admin@example.com', groups: ['moolai-roots'] },
    ],
  ])('refuses an account %s', async (_, reason, account) => {
    await expect(signIn(`refused ${reason} ${_}`, account)).resolves.toEqual({
      location: `/sign-in?oidc=${reason}`,
    });
    const audit = '/internal/audit?action=session.refused&sort=-position&page_size=1';
    const { items } = await controller.get<Page<AuditEntry>>(audit);
    const email = account.email_verified === false ? null : (account.email ?? null);
    expect(items).toEqual([expect.objectContaining({ after: { email, reason }, organization_id: null })]);
  });

  it('ends every session of an account that has lost its role', async () => {
    const { session } = await signIn('eve', { email: 'eve@acme.example', groups: 'acme-ops' });
    const me = () => controller.request('get', '/internal/auth/me', session?.access_token ?? '');
    await me().expect(200);
    await expect(signIn('eve', { email: 'eve@acme.example', groups: 'staff' })).resolves.toEqual({
      location: '/sign-in?oidc=no_role',
    });
    await me().expect(403);
  });

  it('refuses a user who was deactivated here', async () => {
    await signIn('carol', { email: 'carol@acme.example', groups: 'acme-ops' });
    await controller.database.query(`UPDATE users SET is_active = false WHERE email = 'carol@acme.example'`);
    const { location } = await signIn('carol', { email: 'carol@acme.example', groups: 'acme-ops' });
    expect(location).toBe('/sign-in?oidc=inactive');
  });

  it('refuses an answer that this browser has not asked for, a changed one, and one that comes twice', async () => {
    const account = { email: 'dan@acme.example', groups: 'acme-view' };
    const { jar, callback } = await visitProvider('dan', account);
    const other = await visitProvider('dan', account);
    const failed = { location: '/sign-in?oidc=failed' };
    expect((await comeBack(new Jar(), callback)).headers).toMatchObject(failed);
    expect((await comeBack(other.jar, callback)).headers).toMatchObject(failed);
    const forged = new URL(callback);
    forged.searchParams.set('state', 'forged');
    expect((await comeBack(jar, forged)).headers).toMatchObject(failed);
    expect((await comeBack(jar, callback)).headers).toMatchObject({ location: '/sign-in?oidc=ok' });
    expect((await comeBack(jar, callback)).headers).toMatchObject(failed);
  });

  it('says so when the provider does not answer', async () => {
    const away = await LocalProvider.start();
    await away.stop();
    const lonely = await TestController.start({
      env: {
        OIDC_ISSUER: away.issuer,
        OIDC_CLIENT_ID: CLIENT.id,
        OIDC_ROLE_MAP: JSON.stringify(ROLE_MAP),
        PUBLIC_URL,
      },
    });
    const response = await lonely.anonymous.get('/auth/oidc/login').expect(302);
    expect(response.headers['location']).toBe('/sign-in?oidc=failed');
    await lonely.dispose();
  });

  it('is not there where it is not set up', async () => {
    const plain = await TestController.start();
    await plain.anonymous.get('/auth/oidc/login').expect(404);
    await plain.anonymous.get('/auth/oidc/callback').expect(404);
    const { body } = (await plain.anonymous.get('/auth/methods')) as { body: { data: SignInMethods } };
    expect(body.data).toEqual({ password: true, oidc: false });
    await plain.dispose();
  });
});
