import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import type { EnrolmentToken } from '@moolai/contracts';
import {
  enrolmentToken,
  organization,
  page,
  secondsAgo,
  storedSession,
  user,
} from '../../../testing/builders';
import type { FakeController } from '../../../testing/fake-controller';
import { fleetEvent } from '../../../testing/fake-stream';
import { click, enter, openDialog, pass, settle } from '../../../testing/gestures';
import { openPage, streamOf } from '../../../testing/open-page';
import { byRole, fieldLabelled, queryByRole, textOf } from '../../../testing/queries';
import { API } from '../../core/http/api-operations';
import { Shell } from '../../shell/shell';
import { enrolmentTokensRoutes } from './enrolment-tokens.routes';

const ROUTES = [
  { path: '', component: Shell, children: [{ path: 'enrolment-tokens', children: enrolmentTokensRoutes }] },
];

async function open(
  items: EnrolmentToken[],
  query = '',
  role: 'admin' | 'operator' = 'admin',
): Promise<FakeController> {
  const kept = storedSession({ user: user({ role }) });
  const controller = await openPage(ROUTES, `/enrolment-tokens${query}`, kept);
  await streamOf().ready(true);
  await controller.answer(API.listOrganizations, page([organization()]));
  if (role === 'admin') await controller.answer(API.listEnrolmentTokens, page(items));
  return controller;
}

async function submit(): Promise<void> {
  document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
  await settle();
}

async function openForm(query = ''): Promise<FakeController> {
  const controller = await open([enrolmentToken()], query);
  await openDialog(byRole('button', 'Create an enrolment token'));
  await controller.answer(API.listOrganizations, page([organization()]));
  return controller;
}

describe('EnrolmentTokensPage', () => {
  it('lists tokens with their state, uses and expiry', async () => {
    await open([
      enrolmentToken(),
      enrolmentToken({
        id: 6,
        name: 'Old one',
        state: 'revoked',
        max_uses: null,
        revoked_at: secondsAgo(60),
      }),
    ]);

    const row = textOf(byRole('row', 'Frankfurt rollout'));
    expect(row).toContain('Usable org-001 3 of 20 in 1 day 1 minute ago');
    expect(textOf(byRole('row', 'Old one'))).toContain('Revoked org-001 3 (unlimited)');
    expect(queryByRole('button', 'Revoke Old one…')).toBeNull();
  });

  it('requests the filters in the URL, and keeps the chosen ones there', async () => {
    const controller = await open([enrolmentToken()], '?organization_id=org-001&state=nonsense&sort=name');

    await click(byRole('button', 'Usable'));

    expect(TestBed.inject(Router).url).toBe(
      '/enrolment-tokens?organization_id=org-001&state=usable&sort=name',
    );
    const { params } = controller.take(API.listEnrolmentTokens).request;
    expect(['organization_id', 'state', 'sort'].map((name) => params.get(name))).toEqual([
      'org-001',
      'usable',
      'name',
    ]);
  });

  it('says what to do if there is none, and if none matches', async () => {
    await open([]);
    expect(byRole('button', 'Create the first enrolment token')).toBeDefined();

    TestBed.resetTestingModule();
    await open([], '?state=expired');
    await click(byRole('button', 'Clear filters'));

    expect(TestBed.inject(Router).url).toBe('/enrolment-tokens');
  });

  it('creates one valid for a day, and shows it only once', async () => {
    const controller = await openForm('?organization_id=org-001');

    await enter(fieldLabelled('Name'), 'Frankfurt rollout');
    await enter(fieldLabelled('Maximum uses'), '20');
    await submit();
    const request = controller.take(API.createEnrolmentToken);
    expect(request.request.body).toEqual({
      organization_id: 'org-001',
      name: 'Frankfurt rollout',
      expires_at: '2026-03-02T12:00:00.000Z',
      max_uses: 20,
    });
    await controller.reply(request, enrolmentToken({ token: 'moe_the_secret' }));

    expect(textOf(document.querySelector('mc-secret-once') ?? undefined)).toContain('moe_the_secret');
    await click(byRole('button', 'I have copied it'));
    await pass(500);
    expect(textOf()).not.toContain('moe_the_secret');
    expect(controller.waiting(API.listEnrolmentTokens)).toBe(1);
  });

  it('reports missing input without asking the controller', async () => {
    const controller = await openForm();

    await enter(fieldLabelled('Maximum uses'), 'many');
    await submit();

    expect(textOf()).toContain('Enter a name.');
    expect(textOf()).toContain('Enter a whole number above 0, or leave it empty.');
    expect(controller.waiting(API.createEnrolmentToken)).toBe(0);
  });

  it('shows why the controller refuses one', async () => {
    const controller = await openForm();
    await enter(fieldLabelled('Name'), 'Frankfurt rollout');
    await submit();
    await controller.refuse(API.createEnrolmentToken, 'validation_error', { detail: 'Too far ahead.' });

    expect(textOf()).toContain('Too far ahead. Request id req-42');
  });

  it('revokes one after a confirmation', async () => {
    const controller = await open([enrolmentToken()]);

    await openDialog(byRole('button', 'Revoke Frankfurt rollout…'));
    await click(byRole('button', 'Revoke'));
    const request = controller.take(API.revokeEnrolmentToken);
    expect(request.request.url).toBe('/api/v1/internal/enrolment-tokens/7');
    await controller.reply(request, enrolmentToken({ state: 'revoked' }));
    await pass(500);

    expect(controller.waiting(API.listEnrolmentTokens)).toBe(1);
  });

  it('counts uses live', async () => {
    const controller = await open([enrolmentToken()]);

    await streamOf().tell(fleetEvent({ type: 'orchestrator.enrolled' }));
    await pass(1_000);
    await controller.answer(API.listEnrolmentTokens, page([enrolmentToken({ uses: 4 })]));

    expect(textOf(byRole('row', 'Frankfurt rollout'))).toContain('4 of 20');
  });

  it('names the missing permission, and sends no request', async () => {
    const controller = await open([], '', 'operator');

    expect(textOf()).toContain('This requires the permission orchestrators:manage');
    expect(queryByRole('button', 'Create an enrolment token')).toBeNull();
    expect(controller.waiting(API.listEnrolmentTokens)).toBe(0);
  });
});
