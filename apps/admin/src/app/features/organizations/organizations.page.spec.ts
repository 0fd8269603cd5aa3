import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import type { Organization, OrchestratorFacets } from '@moolai/contracts';
import { organization, page, secondsAgo, storedSession, user } from '../../../testing/builders';
import type { FakeController } from '../../../testing/fake-controller';
import { fleetEvent } from '../../../testing/fake-stream';
import { click, enter, pass, settle } from '../../../testing/gestures';
import { openPage, streamOf } from '../../../testing/open-page';
import { byRole, factOf, fieldLabelled, queryByRole, textOf } from '../../../testing/queries';
import { API } from '../../core/http/api-operations';
import { Shell } from '../../shell/shell';
import { switchWords } from './organization-actions';
import { organizationsRoutes } from './organizations.routes';

const ROUTES = [
  { path: '', component: Shell, children: [{ path: 'organizations', children: organizationsRoutes }] },
];
const FACETS = {
  total: 5,
  statuses: { active: 2, independent: 1, inactive: 1, error: 1 },
} as OrchestratorFacets;

type Role = 'superadmin' | 'admin' | 'viewer';

async function open(path: string, role: Role): Promise<FakeController> {
  const kept = storedSession({ user: user({ role }) });
  const controller = await openPage(ROUTES, `/organizations${path}`, kept);
  await streamOf().ready(true);
  return controller;
}

async function openList(
  items: Organization[],
  path = '',
  role: Role = 'superadmin',
): Promise<FakeController> {
  const controller = await open(path, role);
  await controller.answer(API.listOrganizations, page(items));
  return controller;
}

async function openOne(one = organization(), role: Role = 'superadmin'): Promise<FakeController> {
  const controller = await open('/org-001', role);
  await controller.answer(API.getOrganization, one);
  await controller.answer(API.countOrchestrators, FACETS);
  return controller;
}

async function press(name: string): Promise<void> {
  await click(byRole('button', name));
  await pass(500);
}

async function type(label: string, text: string): Promise<void> {
  await enter(fieldLabelled(label), text);
}

describe('OrganizationsPage', () => {
  it('lists the organizations with their independence, and links to their orchestrators', async () => {
    await openList([
      organization({ is_independent: true, independence_expires_at: secondsAgo(-3_600) }),
      organization({ organization_id: 'org-002', is_active: false, orchestrator_count: 1_200 }),
    ]);

    expect(textOf(byRole('row', 'org-001'))).toContain('Active Independent ends in 1 hour');
    expect(textOf(byRole('row', 'org-002'))).toContain('Deactivated Managed 1,200');
    expect(byRole('link', '1,200 orchestrators of org-002').getAttribute('href')).toBe(
      '/orchestrators?organization_id=org-002',
    );
  });

  it('keeps search and order in the URL, and requests them from the controller', async () => {
    const controller = await openList([organization()]);

    await enter(byRole('searchbox') as HTMLInputElement, 'acme');
    await pass(200);
    await click(byRole('button', /^Created/));

    expect(TestBed.inject(Router).url).toBe('/organizations?search=acme&sort=created_at');
    const asked = controller.takeAll(API.listOrganizations).at(-1)?.request.params;
    expect([asked?.get('search'), asked?.get('sort')]).toEqual(['acme', 'created_at']);
  });

  it('says what to do if nothing matches, and if there is nothing', async () => {
    await openList([], '?search=nobody');
    expect(byRole('heading', 'No matching organizations')).toBeDefined();

    TestBed.resetTestingModule();
    await openList([]);
    expect(byRole('button', 'Create the first organization')).toBeDefined();
  });

  it('creates one, and opens its page', async () => {
    const controller = await openList([organization()]);
    await press('Create an organization');

    await type('Id', 'org-new');
    await type('Name', 'New one');
    document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
    await settle();
    const request = controller.take(API.createOrganization);
    expect(request.request.body).toMatchObject({ organization_id: 'org-new', name: 'New one' });
    await controller.reply(request, organization({ organization_id: 'org-new' }));
    await pass(500);

    expect(TestBed.inject(Router).url).toBe('/organizations/org-new');
  });

  it("requires a valid id, and shows the controller's refusal", async () => {
    const controller = await openList([organization()]);
    await press('Create an organization');
    await type('Id', 'not an id');
    await type('Name', 'New one');
    document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
    await settle();
    expect(textOf()).toContain('Enter an id with only letters, digits, dots, hyphens and underscores.');
    expect(controller.waiting(API.createOrganization)).toBe(0);

    await type('Id', 'org-001');
    document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
    await settle();
    await controller.refuse(API.createOrganization, 'conflict', { detail: 'org-001 exists.' });

    expect(textOf()).toContain('org-001 exists. Request id req-42');
  });

  it('offers an admin of some organizations no creation', async () => {
    await openList([organization()], '', 'admin');

    expect(queryByRole('button', 'Create an organization')).toBeNull();
  });
});

describe('OrganizationPage', () => {
  it('counts its orchestrators by status, with a link to each', async () => {
    await openOne();

    expect(byRole('link', 'Error 1').getAttribute('href')).toBe(
      '/orchestrators?organization_id=org-001&status=error',
    );
  });

  it('makes all of it independent, after showing the number of affected ones', async () => {
    const controller = await openOne();
    await press('Make independent…');
    await controller.answer(API.countOrchestrators, FACETS);
    expect(textOf()).toContain('currently managed: 4');

    await type('Reason', 'Maintenance');
    document.querySelector<HTMLInputElement>('mat-dialog-content input[type=checkbox]')?.click();
    await click(byRole('button', 'Make independent'));
    const request = controller.take(API.switchOrganizationIndependence);
    expect(request.request.body).toEqual({
      is_independent: true,
      apply_to_existing: true,
      reason: 'Maintenance',
    });
    const persisted = { database: true, env_file: true, json_file: true };
    const managed = { is_independent: false, source: null, reason: null, expires_at: null };
    const previous = { is_independent: false, reason: null, expires_at: null };
    const result = {
      organization_id: 'org-001',
      is_independent: true,
      orchestrators_changed: 2,
      previous,
      switched: ['orch-1', 'orch-2'].map((orchestrator_id) => ({ orchestrator_id, previous: managed })),
      persisted,
    };
    await controller.reply(request, result);
    await pass(500);
    expect(textOf()).toContain('org-001 is now independent; 2 orchestrators were switched.');

    await click(byRole('button', 'Undo'));
    const undo = controller.take(API.switchOrganizationIndependence);
    expect(undo.request.body).toEqual(previous);
    await controller.reply(undo, { ...result, switched: [] });
    const others = controller.takeAll(API.switchIndependence);
    expect(others.map(({ request: { url, body } }) => [url, body as unknown])).toEqual(
      ['orch-1', 'orch-2'].map((id) => [`/api/v1/internal/orchestrators/${id}/independence`, managed]),
    );
    for (const one of others) await controller.reply(one, { changed: true });
    await pass(500);
    expect(textOf()).toContain('org-001 is managed again; 2 orchestrators were switched back.');
  });

  it('requires the id before it deactivates', async () => {
    const controller = await openOne();
    await press('Deactivate…');
    expect((byRole('button', 'Deactivate') as HTMLButtonElement).disabled).toBe(true);

    await type('Type org-001 to confirm', 'org-001');
    await click(byRole('button', 'Deactivate'));

    expect(controller.waiting(API.deactivateOrganization)).toBe(1);
  });

  it('shows that it is deactivated, and reactivates it', async () => {
    const controller = await openOne(organization({ is_active: false }));
    expect(textOf()).toContain('This organization is deactivated');

    await click(byRole('button', 'Reactivate'));

    expect(controller.take(API.changeOrganization).request.body).toEqual({ is_active: true });
  });

  it('shows the reason and end of its independence', async () => {
    await openOne(organization({ is_independent: true, independence_reason: 'Audit' }));

    expect([factOf('Reason'), factOf('Ends')]).toEqual(['Audit', 'never']);
  });

  it('follows changes by others', async () => {
    const controller = await openOne();

    await streamOf().tell(fleetEvent({ type: 'organization.changed', orchestrator_id: null }));
    await pass(1_000);
    await controller.answer(API.getOrganization, organization({ name: 'Acme Ltd' }));

    expect(byRole('heading', 'Acme Ltd')).toBeDefined();
  });

  it('shows a viewer no actions', async () => {
    await openOne(organization(), 'viewer');

    expect(queryByRole('button', /independent|Change|Deactivate/)).toBeNull();
  });
});

describe('switchWords', () => {
  const one = {
    organization_id: 'org-001',
    is_independent: false,
    orchestrators_changed: 1,
    previous: { is_independent: true, reason: null, expires_at: null },
    switched: [],
    persisted: { database: true, env_file: true, json_file: true },
  };

  it('says how many were switched', () => {
    expect(switchWords(one)).toBe('org-001 is managed again; 1 orchestrator was switched.');
  });

  it('says which file does not hold the switch', () => {
    const persisted = { ...one.persisted, json_file: false };
    expect(switchWords({ ...one, persisted })).toBe(
      'org-001 is managed again; 1 orchestrator was switched. The change could not be written to orchestrator_independence.json.',
    );
  });
});
