import { useController } from '../support/use-controller.js';
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

describe('real OpenID Connect providers', () => {
  const controller = useController();
  const providers: LocalProvider[] = [];

  async function newProvider(habits: ProviderHabits = {}): Promise<LocalProvider> {
    const provider = await LocalProvider.start(habits);
    providers.push(provider);
    return provider;
  }

  /** Restarts the controller with other settings. */
  async function use(provider: LocalProvider, env: Record<string, string> = {}): Promise<OidcBrowser> {
    await controller.restart({
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

  /** The log lines about refused sign-ins, with their ids. */
  function refusals(): string[] {
    return controller.log
      .messages()
      .filter((message) => message.startsWith('sign-in by OpenID Connect refused'));
  }

  beforeAll(async () => {
    await controller.organization('org-acme');
  });

  afterAll(() => Promise.all(providers.map((provider) => provider.stop())));

  it('may return claims only at UserInfo', async () => {
    const browser = await use(await newProvider({ onlyUserInfo: true }));
    const { session } = await browser.signIn('only-userinfo', { ...OPS, email: 'userinfo@acme.example' });
    expect(session?.user).toMatchObject({ email: 'userinfo@acme.example', role: 'operator' });
    const { items } = await controller.api.listUsers({ search: 'userinfo@' });
    expect(items).toMatchObject([{ name: 'Ada' }]);
  });

  it('may report an unverified address only at UserInfo', async () => {
    const browser = await use(await newProvider({ onlyUserInfo: true }));
    const account = { ...OPS, email: 'doubt@acme.example', email_verified: false };
    await expect(browser.signIn('doubt', account)).resolves.toEqual({ refusal: 'email_unverified' });
  });

  it.each<[string, NonNullable<ProviderHabits['clientAuth']>]>([
    ['only basic', { registered: 'client_secret_basic', named: ['client_secret_basic'] }],
    ['only post', { registered: 'client_secret_post', named: ['client_secret_post'] }],
    [
      'both, with the client registered for basic',
      { registered: 'client_secret_basic', named: ['client_secret_post', 'client_secret_basic'] },
    ],
    [
      'both, with the client registered for post',
      { registered: 'client_secret_post', named: ['client_secret_basic', 'client_secret_post'] },
    ],
  ])('may name other authentication methods than they accept: %s', async (name, clientAuth) => {
    const browser = await use(await newProvider({ clientAuth }));
    const email = `${name.replace(/\W+/g, '-')}@acme.example`;
    for (const time of ['first', 'second']) {
      const { session, refusal } = await browser.signIn(name, { ...OPS, email });
      expect([time, refusal]).toEqual([time, undefined]);
      expect(session?.user.email).toBe(email);
    }
  });

  it("may refuse the client, which is not reported as the user's fault", async () => {
    const browser = await use(await newProvider(), { OIDC_CLIENT_SECRET: 'another secret' });
    await expect(browser.signIn('client', OPS)).resolves.toEqual({ refusal: 'misconfigured' });
    expect(refusals()).toEqual([expect.stringContaining('does not accept the client')]);
  });

  it('may nest claims', async () => {
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
      'a missing claim',
      { email: 'log-1@acme.example' },
      'no_role_claim',
      'the claim "groups" is neither in the ID token nor at UserInfo, which have',
    ],
    [
      'unmapped values',
      { email: 'log-2@acme.example', groups: ['staff', 'all'] },
      'no_role',
      'the claim "groups" has "staff", "all", of which OIDC_ROLE_MAP maps none',
    ],
    ['a missing address', { groups: ['ops'] }, 'no_email', 'the claim "email" is neither'],
    [
      'an unverified address',
      { email: 'log-3@acme.example', email_verified: false, groups: ['ops'] },
      'email_unverified',
      'OIDC_ALLOW_UNVERIFIED_EMAIL=true',
    ],
  ])('cause a log line about %s, with the id on the page', async (id, account, reason, words) => {
    const browser = await use(await newProvider());
    const { jar, callback } = await browser.visitProvider(id, account);
    const { headers } = await browser.comeBack(jar, callback).expect(302);
    const query = new URL(headers['location'] ?? '', PUBLIC_URL).searchParams;
    expect(query.get('oidc')).toBe(reason);
    const records = controller.log.records().filter(({ request_id: of }) => of === query.get('request_id'));
    expect(records.map(({ msg }) => msg)).toContainEqual(expect.stringContaining(words));
  });

  it('may report an unverified address if a setting allows it', async () => {
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

    it('tells the administrator what to do, and matches no user by address', async () => {
      const browser = await use(next);
      await expect(browser.signIn('moved', account)).resolves.toEqual({ refusal: 'issuer_changed' });
      expect(refusals()).toEqual([expect.stringContaining('OIDC_PREVIOUS_ISSUERS')]);
      expect(refusals()[0]).toContain(former.issuer);
    });

    it('matches no user by an unverified address', async () => {
      const env = { OIDC_PREVIOUS_ISSUERS: former.issuer, OIDC_ALLOW_UNVERIFIED_EMAIL: 'true' };
      const browser = await use(next, env);
      const unverified = { ...account, email_verified: false };
      await expect(browser.signIn('moved', unverified)).resolves.toEqual({ refusal: 'issuer_changed' });
    });

    it('matches no user by the subject, which the new provider may have assigned to another person', async () => {
      const browser = await use(next, { OIDC_PREVIOUS_ISSUERS: former.issuer });
      const other = await browser.signIn('moved', { ...account, email: 'another@acme.example' });
      expect(other.session?.user.user_id).not.toBe(userId);
      await controller.api.deleteUser(other.session?.user.user_id ?? '');
    });

    it('matches users of configured previous issuers by their addresses, and records it', async () => {
      const browser = await use(next, { OIDC_PREVIOUS_ISSUERS: `https://older.example, ${former.issuer}/` });
      const { session } = await browser.signIn('moved-anew', { ...account, email: 'Moved@acme.example' });
      expect(session?.user.user_id).toBe(userId);
      const { items } = await controller.api.listAuditEntries({ action: 'user.changed', target_id: userId });
      expect(items).toMatchObject([
        {
          before: { oidc_subject: `${former.issuer}|moved` },
          after: { oidc_subject: `${next.issuer}|moved-anew` },
        },
      ]);
    });

    it('no longer needs the setting for a matched user', async () => {
      const { session } = await (await use(next)).signIn('moved-anew', account);
      expect(session?.user.user_id).toBe(userId);
    });

    it('tells a recreated account of the same provider from one of another provider', async () => {
      const browser = await use(next);
      await expect(browser.signIn('moved-thrice', account)).resolves.toEqual({ refusal: 'subject_changed' });
      expect(refusals()).toEqual([expect.stringContaining('delete that user')]);
    });

    it('does not match users with a password', async () => {
      const browser = await use(next, { OIDC_PREVIOUS_ISSUERS: former.issuer });
      const claimed = { ...account, email: 'admin@example.com' };
      await expect(browser.signIn('claims', claimed)).resolves.toEqual({ refusal: 'email_taken' });
    });
  });
});
