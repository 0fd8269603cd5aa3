import type { AuditEntry, Page, User } from '@moolai/contracts';
import { TestController } from '../support/test-controller.js';
import {
  CLIENT,
  LocalProvider,
  PUBLIC_URL,
  type LocalAccount,
  type ProviderHabits,
} from './local-provider.js';
import { OidcBrowser } from './oidc-browser.js';

const ROLE_MAP = { ops: { role: 'operator', organizations: ['org-acme'] } };
const OPS = { email: 'ada@acme.example', email_verified: true, name: 'Ada', groups: ['ops'] };

describe('providers of OpenID Connect as they are', () => {
  let controller: TestController;
  const providers: LocalProvider[] = [];

  async function newProvider(habits: ProviderHabits = {}): Promise<LocalProvider> {
    const provider = await LocalProvider.start(habits);
    providers.push(provider);
    return provider;
  }

  /** The same controller, started anew with other settings. */
  async function use(provider: LocalProvider, env: Record<string, string> = {}): Promise<OidcBrowser> {
    await controller.close();
    controller = await TestController.start({
      successorOf: controller,
      env: {
        OIDC_ISSUER: provider.issuer,
        OIDC_CLIENT_ID: CLIENT.id,
        OIDC_CLIENT_SECRET: CLIENT.secret,
        OIDC_ROLE_MAP: JSON.stringify(ROLE_MAP),
        PUBLIC_URL,
        ...env,
      },
    });
    return new OidcBrowser(controller, provider);
  }

  /** The lines of the log about sign-ins that were refused, with their ids. */
  function refusals(): string[] {
    return controller.log
      .messages()
      .filter((message) => message.startsWith('sign-in by OpenID Connect refused'));
  }

  beforeAll(async () => {
    controller = await TestController.start();
    await controller.organization('org-acme');
  });

  afterAll(async () => {
    await controller.dispose();
    await Promise.all(providers.map((provider) => provider.stop()));
  });

  it('reads claims that are only at UserInfo', async () => {
    const browser = await use(await newProvider({ onlyUserInfo: true }));
    const { session } = await browser.signIn('only-userinfo', { ...OPS, email: 'userinfo@acme.example' });
    expect(session?.user).toMatchObject({ email: 'userinfo@acme.example', role: 'operator' });
    const { items } = await controller.get<Page<User>>('/internal/users?search=userinfo@');
    expect(items).toMatchObject([{ name: 'Ada' }]);
  });

  it('believes UserInfo that an address is not verified', async () => {
    const browser = await use(await newProvider({ onlyUserInfo: true }));
    const account = { ...OPS, email: 'doubt@acme.example', email_verified: false };
    await expect(browser.signIn('doubt', account)).resolves.toEqual({ refusal: 'email_unverified' });
  });

  it.each<[string, NonNullable<ProviderHabits['clientAuth']>]>([
    ['only basic', { registered: 'client_secret_basic', named: ['client_secret_basic'] }],
    ['only post', { registered: 'client_secret_post', named: ['client_secret_post'] }],
    [
      'both, of which the client is registered for basic',
      { registered: 'client_secret_basic', named: ['client_secret_post', 'client_secret_basic'] },
    ],
    [
      'both, of which the client is registered for post',
      { registered: 'client_secret_post', named: ['client_secret_basic', 'client_secret_post'] },
    ],
  ])('shows its secret as the provider takes it: %s', async (name, clientAuth) => {
    const browser = await use(await newProvider({ clientAuth }));
    const email = `${name.replace(/\W+/g, '-')}@acme.example`;
    for (const time of ['first', 'second']) {
      const { session, refusal } = await browser.signIn(name, { ...OPS, email });
      expect([time, refusal]).toEqual([time, undefined]);
      expect(session?.user.email).toBe(email);
    }
  });

  it('says that the provider does not take the client, which is no fault of the person', async () => {
    const browser = await use(await newProvider(), { OIDC_CLIENT_SECRET: 'another secret' });
    await expect(browser.signIn('client', OPS)).resolves.toEqual({ refusal: 'misconfigured' });
    expect(refusals()).toEqual([expect.stringContaining('does not accept the client')]);
  });

  it('finds a nested claim by its path', async () => {
    const browser = await use(await newProvider(), { OIDC_ROLE_CLAIM: 'realm_access.roles' });
    const account: LocalAccount = {
      email: 'nested@acme.example',
      realm_access: { roles: ['offline', 'ops'] },
    };
    const { session } = await browser.signIn('nested', account);
    expect(session?.user).toMatchObject({ email: 'nested@acme.example', role: 'operator' });
  });

  it.each<[string, LocalAccount, string, string]>([
    [
      'a claim that is missing',
      { email: 'log-1@acme.example' },
      'no_role_claim',
      'the claim "groups" is neither in the ID token nor at UserInfo, which have',
    ],
    [
      'values that nothing maps',
      { email: 'log-2@acme.example', groups: ['staff', 'all'] },
      'no_role',
      'the claim "groups" has "staff", "all", of which OIDC_ROLE_MAP maps none',
    ],
    ['a missing address', { groups: ['ops'] }, 'no_email', 'the claim "email" is neither'],
    [
      'an address that is not verified',
      { email: 'log-3@acme.example', email_verified: false, groups: ['ops'] },
      'email_unverified',
      'OIDC_ALLOW_UNVERIFIED_EMAIL=true',
    ],
  ])('names %s in the log, under the id that the page shows', async (id, account, reason, words) => {
    const browser = await use(await newProvider());
    const { jar, callback } = await browser.visitProvider(id, account);
    const { headers } = await browser.comeBack(jar, callback).expect(302);
    const query = new URL(headers['location'] ?? '', PUBLIC_URL).searchParams;
    expect(query.get('oidc')).toBe(reason);
    const records = controller.log.records().filter(({ request_id: of }) => of === query.get('request_id'));
    expect(records.map(({ msg }) => msg)).toContainEqual(expect.stringContaining(words));
  });

  it('lets an address in that is not verified where a setting allows it', async () => {
    const browser = await use(await newProvider(), { OIDC_ALLOW_UNVERIFIED_EMAIL: 'true' });
    const account = { email: 'allowed@acme.example', email_verified: false, groups: ['ops'] };
    const { session } = await browser.signIn('allowed', account);
    expect(session?.user.email).toBe('allowed@acme.example');
  });

  describe('when the issuer changes', () => {
    const account = { ...OPS, email: 'moved@acme.example' };
    let former: LocalProvider;
    let next: LocalProvider;
    let userId: string;

    beforeAll(async () => {
      [former, next] = [await newProvider(), await newProvider()];
      const { session } = await (await use(former)).signIn('moved', account);
      userId = session?.user.user_id ?? '';
    });

    it('says what an administrator must do, and lets nobody in by an address', async () => {
      const browser = await use(next);
      await expect(browser.signIn('moved', account)).resolves.toEqual({ refusal: 'issuer_changed' });
      expect(refusals()).toEqual([expect.stringContaining('OIDC_PREVIOUS_ISSUERS')]);
      expect(refusals()[0]).toContain(former.issuer);
    });

    it('matches nobody by an address that is not verified', async () => {
      const env = { OIDC_PREVIOUS_ISSUERS: former.issuer, OIDC_ALLOW_UNVERIFIED_EMAIL: 'true' };
      const browser = await use(next, env);
      const unverified = { ...account, email_verified: false };
      await expect(browser.signIn('moved', unverified)).resolves.toEqual({ refusal: 'issuer_changed' });
    });

    it('matches nobody by the subject, which the next provider may have given to somebody else', async () => {
      const browser = await use(next, { OIDC_PREVIOUS_ISSUERS: former.issuer });
      const other = await browser.signIn('moved', { ...account, email: 'another@acme.example' });
      expect(other.session?.user.user_id).not.toBe(userId);
      await controller.request('delete', `/internal/users/${other.session?.user.user_id}`).expect(200);
    });

    it('matches users of the issuers that are named by their addresses, and records it', async () => {
      const browser = await use(next, { OIDC_PREVIOUS_ISSUERS: `https://older.example, ${former.issuer}/` });
      const { session } = await browser.signIn('moved-anew', { ...account, email: 'Moved@acme.example' });
      expect(session?.user.user_id).toBe(userId);
      const { items } = await controller.get<Page<AuditEntry>>(
        `/internal/audit?action=user.changed&target_id=${userId}`,
      );
      expect(items).toMatchObject([
        {
          before: { oidc_subject: `${former.issuer}|moved` },
          after: { oidc_subject: `${next.issuer}|moved-anew` },
        },
      ]);
    });

    it('needs the setting no more for a user who was matched', async () => {
      const { session } = await (await use(next)).signIn('moved-anew', account);
      expect(session?.user.user_id).toBe(userId);
    });

    it('tells an account that was made anew at the same provider from one of another', async () => {
      const browser = await use(next);
      await expect(browser.signIn('moved-thrice', account)).resolves.toEqual({ refusal: 'subject_changed' });
      expect(refusals()).toEqual([expect.stringContaining('delete that user')]);
    });

    it('does not match users of a password', async () => {
      const browser = await use(next, { OIDC_PREVIOUS_ISSUERS: former.issuer });
      const claimed = { ...account, email: 'admin@example.com' };
      await expect(browser.signIn('claims', claimed)).resolves.toEqual({ refusal: 'email_taken' });
    });
  });
});
