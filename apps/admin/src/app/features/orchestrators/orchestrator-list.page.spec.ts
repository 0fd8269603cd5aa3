import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import type { IndependenceState, Orchestrator, OrchestratorFacets } from '@moolai/contracts';
import {
  independentOrchestrator,
  orchestrator,
  page,
  secondsAgo,
  storedSession,
  user,
} from '../../../testing/builders';
import type { FakeController } from '../../../testing/fake-controller';
import { fleetEvent } from '../../../testing/fake-stream';
import { click, enter, openDialog, pass } from '../../../testing/gestures';
import { openPage, streamOf } from '../../../testing/open-page';
import { allByRole, byRole, queryByRole, textOf } from '../../../testing/queries';
import { API } from '../../core/http/api-operations';
import { Shell } from '../../shell/shell';
import { orchestratorsRoutes } from './orchestrators.routes';

const ROUTES = [
  { path: '', component: Shell, children: [{ path: 'orchestrators', children: orchestratorsRoutes }] },
];

const FACETS: OrchestratorFacets = {
  total: 2,
  statuses: { active: 1, independent: 1, inactive: 0, error: 0 },
  links: { connected: 2, disconnected: 0 },
  admissions: { admitted: 2, quarantined: 0 },
  config_statuses: { applied: 2, failed: 0, pending: 0 },
  organizations: [{ value: 'org-001', count: 2 }],
  versions: [{ value: '1.4.0', count: 2 }],
  labels: [],
};
const TWO = [orchestrator(), independentOrchestrator({ orchestrator_id: 'orch-002', name: '' })];

interface Opening {
  readonly url?: string;
  readonly role?: 'admin' | 'viewer' | 'operator';
  readonly items?: Orchestrator[];
  readonly total?: number;
}

async function open({ url = '', role = 'admin', items = TWO, total }: Opening = {}): Promise<FakeController> {
  const kept = storedSession({ user: user({ role }) });
  const controller = await openPage(ROUTES, `/orchestrators${url}`, kept);
  await streamOf().ready(true);
  await controller.answer(
    API.listOrchestrators,
    page(items, { total: total ?? items.length, page_size: 50 }),
  );
  await controller.answer(API.countOrchestrators, FACETS);
  return controller;
}

const MANAGED: IndependenceState = { is_independent: false, source: null, reason: null, expires_at: null };
const INDEPENDENT: IndependenceState = { ...MANAGED, is_independent: true, source: 'own' };
const LEASED: IndependenceState = { ...INDEPENDENT, reason: 'Disk swap', expires_at: secondsAgo(-3_600) };

/** Answers the request that switches one orchestrator, and returns its body. */
async function answerSwitch(
  controller: FakeController,
  id: string,
  [previous, isIndependent]: readonly [IndependenceState, boolean],
): Promise<unknown> {
  const request = controller.take(`/api/v1/internal/orchestrators/${id}/independence`);
  const persisted = { database: true, env_file: true, json_file: true };
  const changed = previous.is_independent !== isIndependent;
  const result = { orchestrator_id: id, is_independent: isIndependent, changed, previous, persisted };
  await controller.reply(request, result);
  return request.request.body;
}

/** The report of a finished bulk action. */
async function bulkReport(): Promise<string> {
  await pass(100);
  const status = byRole('status', undefined, byRole('dialog'));
  return (status.textContent ?? '').replace(/\s+/g, ' ').trim();
}

function row(id: string): HTMLElement {
  return byRole('row', id);
}

function address(): string {
  return TestBed.inject(Router).url;
}

describe('OrchestratorListPage', () => {
  it('shows each with its three axes', async () => {
    await open();

    const cells = allByRole('cell', undefined, row('orch-002')).map((cell) => textOf(cell));
    expect(cells.slice(1)).toEqual([
      'orch-002',
      '◆ Independent',
      'Acme',
      'Connected',
      'Ignored',
      '2 seconds ago (frozen)',
      'Applied v1',
      '1.4.0',
      'ON',
    ]);
  });

  it('updates rows in place', async () => {
    await open();

    await streamOf().beat('orch-001', secondsAgo(0));
    await streamOf().tell(fleetEvent({ type: 'orchestrator.disconnected' }));

    expect(textOf(row('orch-001'))).toContain('Not connected');
    expect(textOf(row('orch-001'))).toContain('just now');
  });

  it('counts new ones instead of moving rows', async () => {
    const controller = await open();

    await streamOf().tell(fleetEvent({ type: 'orchestrator.created', orchestrator_id: 'orch-003' }));
    await click(byRole('button', '1 new'));
    await controller.answer(
      API.listOrchestrators,
      page([...TWO, orchestrator({ orchestrator_id: 'orch-003' })]),
    );

    expect(row('orch-003')).toBeDefined();
    expect(queryByRole('button', /new$/)).toBeNull();
  });

  it('keeps search and status in the URL, and requests them from the controller', async () => {
    const controller = await open();

    await enter(byRole('searchbox') as HTMLInputElement, 'oslo');
    await pass(200);
    expect(address()).toBe('/orchestrators?search=oslo');
    await click(byRole('button', /^Error/));

    expect(address()).toBe('/orchestrators?search=oslo&status=error');
    const asked = controller.takeAll(API.listOrchestrators).at(-1)?.request.params;
    expect([asked?.get('search'), asked?.get('status')]).toEqual(['oslo', 'error']);
  });

  it('sorts by a column, ascending and then descending', async () => {
    await open();

    await click(byRole('button', /^Last seen/));
    expect(address()).toBe('/orchestrators?sort=last_seen');
    await click(byRole('button', /^Last seen/));

    expect(address()).toBe('/orchestrators?sort=-last_seen');
  });

  it('says what to do if nothing matches', async () => {
    await open({ url: '?status=error', items: [] });

    await click(
      byRole('button', 'Clear filters', byRole('main').querySelector('mc-empty-state') ?? undefined),
    );

    expect(address()).toBe('/orchestrators');
  });

  it('says how to start if there are none', async () => {
    await open({ items: [] });

    expect(byRole('heading', 'No orchestrators yet')).toBeDefined();
  });

  it('returns from a page that no longer exists', async () => {
    await open({ url: '?page=9', items: [], total: 40 });

    await click(byRole('button', 'Go to the first page'));

    expect(address()).toBe('/orchestrators');
  });

  it('keeps the selection in the URL, up to all matching ones', async () => {
    await open({ total: 300 });

    byRole('row', 'orch-001').querySelector<HTMLElement>('input[type=checkbox]')?.click();
    await pass(0);
    expect(address()).toBe('/orchestrators?selected=orch-001');
    await click(byRole('button', 'Select all 300 matches'));

    expect(address()).toBe('/orchestrators?selected=*');
    expect(textOf(byRole('status', /selected/))).toContain('300 selected, all matches');
  });

  it('switches independence and shows it immediately', async () => {
    const controller = await open();

    await click(byRole('switch', 'Independence of orch-001'));

    expect(controller.take(API.switchIndependence).request.url).toContain('/orchestrators/orch-001/');
    expect(textOf(row('orch-001'))).toContain('◆ Independent');
  });

  it('undoes a bulk switch on for the changed ones only, without touching the reason and end of others', async () => {
    const controller = await open({ url: '?selected=orch-001,orch-002' });

    await openDialog(byRole('button', 'Make independent'));
    await click(byRole('button', 'Make independent', byRole('dialog')));
    const sent = [
      await answerSwitch(controller, 'orch-001', [MANAGED, true]),
      await answerSwitch(controller, 'orch-002', [LEASED, true]),
    ];
    expect(sent).toEqual(Array(2).fill({ is_independent: true, keep_lease: true }));
    expect(await bulkReport()).toBe('1 made independent. 1 unchanged.');

    await click(byRole('button', 'Undo', byRole('dialog')));
    expect(await answerSwitch(controller, 'orch-001', [INDEPENDENT, false])).toEqual(MANAGED);

    expect(controller.waiting(API.switchIndependence)).toBe(0);
    expect(await bulkReport()).toBe('1 switched back.');
  });

  it('restores reason, end and source when it undoes a bulk switch off', async () => {
    const controller = await open({ url: '?selected=orch-001,orch-002' });

    await openDialog(byRole('button', 'Make managed'));
    await click(byRole('button', 'Make managed', byRole('dialog')));
    await answerSwitch(controller, 'orch-001', [MANAGED, false]);
    await answerSwitch(controller, 'orch-002', [LEASED, false]);
    expect(await bulkReport()).toBe('1 made managed. 1 unchanged.');

    await click(byRole('button', 'Undo', byRole('dialog')));
    expect(await answerSwitch(controller, 'orch-002', [MANAGED, true])).toEqual(LEASED);

    expect(controller.waiting(API.switchIndependence)).toBe(0);
    expect(await bulkReport()).toBe('1 switched back.');
  });

  it('offers no undo if a bulk switch changed nothing', async () => {
    const controller = await open({ url: '?selected=orch-002' });

    await openDialog(byRole('button', 'Make independent'));
    await click(byRole('button', 'Make independent', byRole('dialog')));
    await answerSwitch(controller, 'orch-002', [LEASED, true]);

    expect(await bulkReport()).toBe('0 made independent. 1 unchanged.');
    expect(queryByRole('button', 'Undo', byRole('dialog'))).toBeNull();
  });

  it('shows a viewer no forbidden action', async () => {
    await open({ role: 'viewer', url: '?selected=orch-001' });

    expect(queryByRole('switch', /^Independence/)).toBeNull();
    expect(document.querySelector('input[type=checkbox]')).toBeNull();
    expect(queryByRole('button', 'Make independent')).toBeNull();
    expect(textOf(row('orch-002'))).toContain('ON');
  });

  it('offers an operator no decommissioning', async () => {
    await open({ role: 'operator', url: '?selected=orch-001' });

    expect(byRole('button', 'Make independent')).toBeDefined();
    expect(queryByRole('button', 'Decommission')).toBeNull();
  });
});
