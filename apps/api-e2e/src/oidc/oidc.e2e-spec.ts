import type { SignInMethods } from '@moolai/contracts';
import { TestController } from '../support/test-controller.js';
import { useController } from '../support/use-controller.js';
import { CLIENT, LocalProvider, PUBLIC_URL, type LocalAccount } from './local-provider.js';
import { Jar, OidcBrowser, type Outcome, type Visit } from './oidc-browser.js';

const ROLE_MAP = {
  'moolai-roots': { role: 'superadmin' },
  'acme-ops': { role: 'operator', organizations: ['org-acme'] },
  'beta-ops': { role: 'operator', organizations: ['org-beta'] },
  'acme-view': { role: 'viewer', organizations: ['org-acme'] },
  ghosts: { role: 'viewer', organizations: ['org-not-there'] },
};

describe('signing in by OpenID Connect', () => {
  let provider: LocalProvider;

  beforeAll(async () => {
    provider = await LocalProvider.start();
  });

  const controller = useController(() => ({
    env: {
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: CLIENT.id,
      OIDC_CLIENT_SECRET: CLIENT.secret,
      OIDC_ROLE_MAP: JSON.stringify(ROLE_MAP),
      PUBLIC_URL,
    },
  }));

  beforeAll(async () => {
    await controller.organization('org-acme');
    await controller.organization('org-beta');
  });

  afterAll(() => provider.stop());

  function visitProvider(id: string, account: LocalAccount): Promise<Visit> {
    return new OidcBrowser(controller, provider).visitProvider(id, account);
  }

  function comeBack(jar: Jar, callback: URL) {
    return new OidcBrowser(controller, provider).comeBack(jar, callback);
  }

  function signIn(id: string, account: LocalAccount): Promise<Outcome> {
    return new OidcBrowser(controller, provider).signIn(id, account);
  }

  it('is offered', async () => {
    const { body } = (await controller.anonymous.get('/auth/methods').expect(200)) as {
      body: { data: SignInMethods };
    };
    expect(body.data).toEqual({ password: true, oidc: true });
  });

  it('creates a user with the role of the claim', async () => {
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
    const { items } = await controller.api.listUsers({ search: 'ada@' });
    expect(items).toMatchObject([{ name: 'Ada', has_password: false, created_by: 'oidc' }]);
    const recorded = await controller.api.listAuditEntries({ actor: 'oidc' });
    expect(recorded.items).toMatchObject([
      { action: 'user.created', actor_kind: 'system', after: { name: 'Ada', role: 'operator' } },
    ]);
  });

  it('updates the role from the claim with each sign-in, even if the address changed', async () => {
    await signIn('bob', { email: 'bob@acme.example', groups: 'acme-ops' });
    const { session } = await signIn('bob', { email: 'robert@acme.example', groups: 'acme-view' });
    expect(session?.user).toMatchObject({ role: 'viewer', organization_ids: ['org-acme'] });
    const root = await signIn('bob', { email: 'bob@acme.example', groups: ['moolai-roots'] });
    expect(root.session?.user).toMatchObject({ role: 'superadmin', organization_ids: null });
  });

  it.each<[string, string, LocalAccount]>([
    ['without a mapped role', 'no_role', { email: 'x1@acme.example', groups: ['staff'] }],
    ['without the claim', 'no_role_claim', { email: 'x2@acme.example' }],
    ['of an unknown organization', 'no_role', { email: 'x3@acme.example', groups: ['ghosts'] }],
    ['without an address', 'no_email', { groups: ['acme-view'] }],
    [
      'with an address that is not verified',
      'email_unverified',
      { email: 'x4@acme.example', email_verified: false, groups: ['acme-view'] },
    ],
    [
      'with the address of somebody else',
      'email_taken',
      { email: 'admin@example.com', groups: ['moolai-roots'] },
    ],
  ])('refuses an account %s', async (_, reason, account) => {
    await expect(signIn(`refused ${reason} ${_}`, account)).resolves.toEqual({ refusal: reason });
    const { items } = await controller.api.listAuditEntries({
      action: 'session.refused',
      sort: '-position',
      page_size: 1,
    });
    const after = { email: account.email ?? null, reason };
    expect(items).toEqual([expect.objectContaining({ after, organization_id: null })]);
  });

  it('ends all sessions of an account that lost its role', async () => {
    const { session } = await signIn('eve', { email: 'eve@acme.example', groups: 'acme-ops' });
    const me = () => controller.apiWith(session?.access_token ?? '').getCurrentUser();
    await me().expect(200);
    await expect(signIn('eve', { email: 'eve@acme.example', groups: 'staff' })).resolves.toEqual({
      refusal: 'no_role',
    });
    await me().expect(403);
  });

  it('refuses a deactivated user', async () => {
    await signIn('carol', { email: 'carol@acme.example', groups: 'acme-ops' });
    await controller.database.query(`UPDATE users SET is_active = false WHERE email = 'carol@acme.example'`);
    const { refusal } = await signIn('carol', { email: 'carol@acme.example', groups: 'acme-ops' });
    expect(refusal).toBe('inactive');
  });

  it('refuses answers that are not for this browser, altered, or repeated', async () => {
    const account = { email: 'dan@acme.example', groups: 'acme-view' };
    const { jar, callback } = await visitProvider('dan', account);
    const other = await visitProvider('dan', account);
    const outcome = async (browser: Jar, address: URL): Promise<string> =>
      (await comeBack(browser, address)).headers['location']?.replace(/&.*/, '') ?? '';
    await expect(outcome(new Jar(), callback)).resolves.toBe('/sign-in?oidc=expired');
    await expect(outcome(other.jar, callback)).resolves.toBe('/sign-in?oidc=failed');
    const forged = new URL(callback);
    forged.searchParams.set('state', 'forged');
    await expect(outcome(jar, forged)).resolves.toBe('/sign-in?oidc=failed');
    await expect(outcome(jar, callback)).resolves.toBe('/sign-in?oidc=ok');
    await expect(outcome(jar, callback)).resolves.toBe('/sign-in?oidc=failed');
  });

  it('reports a provider that does not answer', async () => {
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
    expect(response.headers['location']).toMatch(/^\/sign-in\?oidc=unreachable&request_id=[0-9a-f-]{36}$/);
    expect(lonely.log.text()).toContain('ECONNREFUSED');
    await lonely.dispose();
  });

  it('is disabled unless configured', async () => {
    const plain = await TestController.start();
    await plain.anonymous.get('/auth/oidc/login').expect(404);
    await plain.anonymous.get('/auth/oidc/callback').expect(404);
    const { body } = (await plain.anonymous.get('/auth/methods')) as { body: { data: SignInMethods } };
    expect(body.data).toEqual({ password: true, oidc: false });
    await plain.dispose();
  });
});
