import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import type { ApiToken, Role, User } from '@moolai/contracts';
import { NOW_MS, organization, page, secondsAgo, storedSession, user } from '../../../testing/builders';
import type { FakeController } from '../../../testing/fake-controller';
import { choose, click, enter, pass, settle } from '../../../testing/gestures';
import { openPage, streamOf } from '../../../testing/open-page';
import { allByRole, byRole, fieldLabelled, queryByRole, textOf } from '../../../testing/queries';
import { API } from '../../core/http/api-operations';
import { Shell } from '../../shell/shell';
import { apiTokensRoutes, usersRoutes } from './access.routes';
import { grantableRoles, grantBody } from './grant';

const ROUTES = [
  {
    path: '',
    component: Shell,
    children: [
      { path: 'users', children: usersRoutes },
      { path: 'api-tokens', children: apiTokensRoutes },
    ],
  },
];

function person(overrides: Partial<User> = {}): User {
  return {
    user_id: 'user-002',
    email: 'grace@example.com',
    name: 'Grace Hopper',
    role: 'operator',
    organization_ids: ['org-001'],
    is_active: true,
    has_password: true,
    last_login_at: secondsAgo(60),
    created_by: 'ada@example.com',
    created_at: secondsAgo(3_600),
    updated_at: secondsAgo(3_600),
    ...overrides,
  };
}

function token(overrides: Partial<ApiToken> = {}): ApiToken {
  return {
    token_id: 'token-001',
    name: 'Nightly report',
    role: 'viewer',
    organization_ids: ['org-001'],
    hint: 'mat_abcd',
    status: 'active',
    expires_at: secondsAgo(-3 * 86_400),
    last_used_at: null,
    last_used_address: null,
    created_by: 'ada@example.com',
    created_at: secondsAgo(60),
    revoked_at: null,
    revoked_by: null,
    ...overrides,
  };
}

const SELF = person({ user_id: 'user-001', email: 'ada@example.com', role: 'admin' });
const BOSS = person({
  user_id: 'user-003',
  email: 'root@example.com',
  role: 'superadmin',
  organization_ids: null,
});

async function openUsers(url = '', role: Role = 'admin'): Promise<FakeController> {
  const controller = await openPage(ROUTES, `/users${url}`, storedSession({ user: user({ role }) }));
  await streamOf().ready(true);
  await controller.answer(API.listUsers, page([SELF, person(), BOSS]));
  await controller.answer(API.listOrganizations, page([organization()]));
  return controller;
}

async function openDialog(controller: FakeController, button: string): Promise<void> {
  await click(byRole('button', button));
  await pass(50);
  for (const request of controller.takeAll(API.listOrganizations)) {
    await controller.reply(request, page([organization()]));
  }
}

async function act(email: string, action: RegExp): Promise<void> {
  await click(byRole('button', `Actions for ${email}`));
  await click(byRole('menuitem', action));
  await pass(50);
}

function button(name: string): HTMLButtonElement {
  return byRole('button', name) as HTMLButtonElement;
}

describe('grants', () => {
  it("are limited to one's own role", () => {
    expect(grantableRoles('operator')).toEqual(['operator', 'viewer']);
    expect(grantableRoles(undefined)).toEqual([]);
  });

  it('apply everywhere for superadmins only', () => {
    expect(grantBody({ role: 'superadmin', organizationIds: ['org-001'] })).toEqual({ role: 'superadmin' });
    expect(grantBody({ role: 'viewer', organizationIds: ['org-001'] })).toEqual({
      role: 'viewer',
      organization_ids: ['org-001'],
    });
  });
});

describe('UsersPage', () => {
  it('shows role, organizations and last sign-in of each user', async () => {
    await openUsers();

    expect(textOf(byRole('row', 'grace@example.com'))).toBe(
      'grace@example.com Grace Hopper Active Operator org-001 1 minute ago Password',
    );
    expect(textOf(byRole('row', 'root@example.com'))).toContain('Superadmin All organizations');
  });

  it('offers no actions on users with a higher role, and none that would lock out the user', async () => {
    await openUsers();
    expect(queryByRole('button', 'Actions for root@example.com')).toBeNull();

    await click(byRole('button', 'Actions for ada@example.com'));
    expect(allByRole('menuitem').map((item) => textOf(item))).toEqual(['Change…']);
  });

  it('creates a user with a grantable role in some organizations', async () => {
    const controller = await openUsers();
    await openDialog(controller, 'Create a user');
    const role = document.querySelector('#grant-role') as HTMLSelectElement;
    expect([...role.options].map(({ value }) => value)).toEqual(['admin', 'operator', 'viewer']);
    await enter(fieldLabelled('E-mail address'), 'linus@example.com');
    await choose(role, 'operator');
    await enter(fieldLabelled('Password'), 'short');
    expect(button('Create').disabled).toBe(true);
    await enter(fieldLabelled('Password'), 'long enough to guess');
    expect(button('Create').disabled).toBe(true);
    await click(document.querySelector('fieldset input') as HTMLElement);
    await click(button('Create'));

    expect(controller.take(API.createUser).request.body).toEqual({
      email: 'linus@example.com',
      role: 'operator',
      organization_ids: ['org-001'],
      password: 'long enough to guess',
    });
  });

  it("shows the controller's refusal, and keeps the input", async () => {
    const controller = await openUsers();
    await act('grace@example.com', /Change/);
    controller.takeAll(API.listOrganizations);
    await enter(fieldLabelled('Name'), 'Grace');
    await click(button('Save'));
    await controller.refuse(API.changeUser, 'conflict', { detail: 'This is the last superadmin.' });

    expect(textOf()).toContain('This is the last superadmin. Request id req-42');
    expect(fieldLabelled('Name').value).toBe('Grace');
  });

  it('deactivates after a confirmation', async () => {
    const controller = await openUsers();
    await act('grace@example.com', /Deactivate/);
    await click(button('Deactivate'));
    await pass(1_000);

    const request = controller.take(API.changeUser);
    expect(request.request.body).toEqual({ is_active: false });
    await controller.reply(request, person({ is_active: false }));
    expect(document.body.textContent).toContain('grace@example.com is deactivated.');
  });

  it('deletes only when the address is typed', async () => {
    const controller = await openUsers();
    await act('grace@example.com', /Delete/);
    expect(button('Delete').disabled).toBe(true);
    await enter(fieldLabelled('Type grace@example.com to confirm'), 'grace@example.com');
    await click(button('Delete'));
    await pass(1_000);

    expect(controller.take(API.deleteUser).request.url).toContain('/users/user-002');
  });

  it("sets another user's password", async () => {
    const controller = await openUsers();
    await act('grace@example.com', /Set password/);
    await enter(fieldLabelled('New password'), 'a very new password');
    await click(button('Set password'));

    expect(controller.take(API.changeUser).request.body).toEqual({ password: 'a very new password' });
  });

  it('keeps filters in the URL', async () => {
    const controller = await openUsers('?role=viewer&is_active=false');
    expect(TestBed.inject(Router).url).toContain('is_active=false');
    await click(byRole('button', 'Clear filters'));

    const params = controller.take(API.listUsers).request.params;
    expect([params.get('role'), params.get('is_active')]).toEqual([null, null]);
  });
});

describe('ApiTokensPage', () => {
  async function openTokens(items = [token()]): Promise<FakeController> {
    const controller = await openPage(ROUTES, '/api-tokens', storedSession());
    await streamOf().ready(true);
    await controller.answer(API.listApiTokens, page(items));
    return controller;
  }

  it('shows role, expiry and last use of each token', async () => {
    await openTokens();

    expect(textOf(byRole('row', 'Nightly report'))).toBe(
      'Nightly report mat_abcd… by ada@example.com Active Viewer org-001 in 3 days never Revoke…',
    );
  });

  it('shows a new token once, and stays open until it was copied', async () => {
    const controller = await openTokens([]);
    await openDialog(controller, 'Create an API token');
    await enter(fieldLabelled('Name'), 'Backup');
    await click(document.querySelector('fieldset input') as HTMLElement);
    await click(button('Create'));

    const request = controller.take(API.createApiToken);
    expect(request.request.body).toEqual({
      name: 'Backup',
      role: 'viewer',
      organization_ids: ['org-001'],
      expires_at: expect.any(String) as string,
    });
    const { expires_at: end } = request.request.body as { expires_at: string };
    expect(Math.round((Date.parse(end) - NOW_MS) / 86_400_000)).toBe(30);
    await controller.reply(request, { ...token({ name: 'Backup' }), token: 'mat_the-only-time' });
    expect(textOf()).toContain('mat_the-only-time');
    expect(button('Copy the token')).toBeDefined();

    await click(button('I have copied it'));
    await pass(1_000);
    expect(textOf()).not.toContain('mat_the-only-time');
    expect(controller.waiting(API.listApiTokens)).toBe(1);
  });

  it('revokes after a confirmation, and only valid tokens', async () => {
    const controller = await openTokens([
      token(),
      token({ token_id: 't-2', name: 'Old', status: 'expired' }),
    ]);
    expect(queryByRole('button', 'Revoke Old…')).toBeNull();
    await click(byRole('button', 'Revoke Nightly report…'));
    await pass(50);
    await click(button('Revoke'));
    await pass(1_000);

    await controller.answer(API.revokeApiToken, token({ status: 'revoked' }));
    expect(document.body.textContent).toContain('The token “Nightly report” was revoked.');
    await settle();
  });
});
