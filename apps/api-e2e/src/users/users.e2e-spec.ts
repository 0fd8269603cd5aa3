import { wrong } from '@moolai/testing';
import type { Page, User, ChangeUserRequest } from '@moolai/contracts';
import type { SignedInSession } from '../support/test-controller.js';
import { useController } from '../support/use-controller.js';

const PASSWORD = 'a good long password';

describe('a user', () => {
  const controller = useController();
  let admin: SignedInSession;

  beforeAll(async () => {
    await controller.organization('org-b');
    admin = await controller.user('admin', 'org-a');
  });

  async function create(body: object, token?: string): Promise<User> {
    return controller.apiWith(token).createUser(wrong(body));
  }

  const refused = (body: object, status: number, token?: string) =>
    controller.apiWith(token).createUser(wrong(body)).expect(status);

  const change = (id: string, body: ChangeUserRequest, token?: string) =>
    controller.apiWith(token).changeUser(id, body);

  it('is created, and can sign in with the address in any case', async () => {
    const user = await create({
      email: 'Ada@Example.com',
      name: 'Ada',
      role: 'operator',
      organization_ids: ['org-a'],
      password: PASSWORD,
    });
    expect(user).toMatchObject({
      email: 'Ada@Example.com',
      role: 'operator',
      organization_ids: ['org-a'],
      is_active: true,
      has_password: true,
      last_login_at: null,
      created_by: 'dev-token@controller',
    });
    await controller.signIn('ada@example.COM', PASSWORD);
    const seen = await controller.api.getUser(user.user_id);
    expect(seen.last_login_at).not.toBeNull();
    await refused({ email: 'ada@example.com', role: 'viewer', organization_ids: ['org-a'] }, 409);
  });

  it('is stored with an argon2id hash of the password only', async () => {
    const rows = await controller.database.query<{ password_hash: string }>(
      `SELECT password_hash FROM users WHERE password_hash IS NOT NULL`,
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { password_hash } of rows)
      expect(password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    const text = JSON.stringify(await controller.api.listUsers());
    expect(text).not.toContain('argon2');
  });

  it.each([
    ['a weak password', { password: 'short' }],
    ['no address', { email: 'nobody' }],
    ['an unknown role', { role: 'owner' }],
    ['no organization', { organization_ids: [] }],
    ['an unknown organization', { organization_ids: ['org-unknown'] }],
    ['an organization twice', { organization_ids: ['org-a', 'org-a'] }],
    ['a superadmin of one organization', { role: 'superadmin' }],
    ['an unknown field', { is_superadmin: true }],
  ])('is not created with %s', async (_, wrong) => {
    await refused({ email: 'x@example.com', role: 'viewer', organization_ids: ['org-a'], ...wrong }, 400);
  });

  it('is managed by an admin within their own organizations and up to their own role', async () => {
    const token = admin.access_token;
    const mine = await create({ email: 'm@example.com', role: 'viewer', organization_ids: ['org-a'] }, token);
    const both = await create({
      email: 'b@example.com',
      role: 'viewer',
      organization_ids: ['org-a', 'org-b'],
    });
    const root = await create({ email: 's@example.com', role: 'superadmin' });
    await refused({ email: 'n1@example.com', role: 'superadmin' }, 403, token);
    await refused({ email: 'n2@example.com', role: 'viewer', organization_ids: ['org-b'] }, 400, token);
    const { items } = await controller.apiWith(token).listUsers({ page_size: 200 });
    expect(items.map((user) => user.user_id)).toContain(mine.user_id);
    for (const { user_id } of [both, root]) {
      expect(items.map((user) => user.user_id)).not.toContain(user_id);
      await controller.apiWith(token).getUser(user_id).expect(404);
      await change(user_id, { name: 'mine now' }, token).expect(404);
      await controller.apiWith(token).deleteUser(user_id).expect(404);
    }
    await change(mine.user_id, { organization_ids: ['org-a', 'org-b'] }, token).expect(400);
    await change(mine.user_id, { role: 'superadmin', organization_ids: [] }, token).expect(403);
    await change(mine.user_id, { role: 'admin' }, token).expect(200);
    await controller.apiWith(token).deleteUser(mine.user_id);
    await controller.apiWith(token).getUser(mine.user_id).expect(404);
  });

  it('gets the same answer for a foreign and an unknown organization', async () => {
    const details = ['org-b', 'org-nowhere'].map(async (id) => {
      const body = { email: 'q@example.com', role: 'viewer', organization_ids: [id] };
      const { error } = await refused(body, 400, admin.access_token);
      return error.detail.replace(id, '<id>');
    });
    const [foreign, unknown] = await Promise.all(details);
    expect(foreign).toBe(unknown);
  });

  it('cannot remove their own rights, nor those of the last superadmin', async () => {
    await change(admin.user.user_id, { is_active: false }, admin.access_token).expect(409);
    await change(admin.user.user_id, { role: 'viewer' }, admin.access_token).expect(409);
    await controller.apiWith(admin.access_token).deleteUser(admin.user.user_id).expect(409);
    const supers = await controller.api.listUsers({ role: 'superadmin', is_active: true });
    const [last, ...others] = supers.items;
    for (const { user_id } of others) await controller.api.deleteUser(user_id);
    await change(last?.user_id ?? '', { is_active: false }).expect(409);
    await change(last?.user_id ?? '', { role: 'admin', organization_ids: ['org-a'] }).expect(409);
    await controller.api.deleteUser(last?.user_id ?? '').expect(409);
  });

  it('remains as superadmin if two are removed concurrently', async () => {
    const a = await create({ email: 'sa@example.com', role: 'superadmin' });
    const supers = await controller.api.listUsers({ role: 'superadmin', is_active: true });
    expect(supers.total).toBe(2);
    const other = supers.items.find(({ user_id }) => user_id !== a.user_id)?.user_id ?? '';
    const answers = await Promise.all([
      change(a.user_id, { is_active: false }).answer(),
      change(other, { is_active: false }).answer(),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    await controller.database.query('UPDATE users SET is_active = true');
  });

  it('can be found by address, name, role and organization', async () => {
    const list = async (query: string): Promise<string[]> =>
      (await controller.get<Page<User>>(`/internal/users?${query}`)).items.map(({ email }) => email);
    expect(await list('search=ADA@')).toEqual(['Ada@Example.com']);
    expect(await list('organization_id=org-b')).toEqual(['b@example.com']);
    expect(await list('search=%25')).toEqual([]);
    const sorted = await list('sort=-email');
    expect(sorted).toEqual([...sorted].sort((a, b) => (a < b ? 1 : -1)));
    await controller.api.listUsers({ sort: 'password_hash' }).expect(400);
  });

  it('whose password an admin sets is signed out everywhere', async () => {
    const user = await controller.user('viewer', 'org-a');
    await change(user.user.user_id, { password: 'what the admin chose' }, admin.access_token).expect(200);
    await controller.anonymous
      .post('/api/v1/internal/auth/refresh')
      .send({ refresh_token: user.refresh_token })
      .expect(403);
    await controller.signIn(user.user.email, 'what the admin chose');
  });
});

describe('the first user', () => {
  const controller = useController();

  it('is the superadmin of the environment, which never overwrites it', async () => {
    const { items } = await controller.api.listUsers();
    expect(items).toMatchObject([
      { email: 'admin@example.com', role: 'superadmin', organization_ids: null, created_by: 'system' },
    ]);
    const other = { email: 'other@example.com', password: 'another password' };
    await controller.restart({
      env: { SUPERADMIN_EMAIL: other.email, SUPERADMIN_PASSWORD: other.password },
    });
    await controller.signIn('admin@example.com', 'a password of tests');
    await controller.anonymous.post('/api/v1/internal/auth/login').send(other).expect(403);
  });
});
