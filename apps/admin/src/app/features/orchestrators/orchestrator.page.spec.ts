import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import type { OrchestratorDetail } from '@moolai/contracts';
import { NOW, orchestratorDetail, page, secondsAgo, storedSession, user } from '../../../testing/builders';
import type { FakeController } from '../../../testing/fake-controller';
import { fleetEvent } from '../../../testing/fake-stream';
import { click, enter, openDialog, pass, settle } from '../../../testing/gestures';
import { openPage, streamOf } from '../../../testing/open-page';
import { byRole, factOf, fieldLabelled, queryByRole, textOf } from '../../../testing/queries';
import { API } from '../../core/http/api-operations';
import { Shell } from '../../shell/shell';
import { orchestratorsRoutes } from './orchestrators.routes';

const ROUTES = [
  { path: '', component: Shell, children: [{ path: 'orchestrators', children: orchestratorsRoutes }] },
];

function independentDetail(): OrchestratorDetail {
  return orchestratorDetail({
    is_independent: true,
    status: 'independent',
    independence_source: 'own',
    independence_since: secondsAgo(600),
    independence_by: 'ada@example.com',
    independence_reason: 'Maintenance',
    independence_expires_at: secondsAgo(-3_600),
  });
}

async function open(
  one = orchestratorDetail(),
  tab = '',
  role: 'admin' | 'viewer' = 'admin',
): Promise<FakeController> {
  const kept = storedSession({ user: user({ role }) });
  const controller = await openPage(ROUTES, `/orchestrators/orch-001${tab}`, kept);
  await streamOf().ready(true);
  await controller.answer(API.getOrchestrator, one);
  return controller;
}

async function submit(): Promise<void> {
  document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
  await settle();
}

describe('OrchestratorPage', () => {
  it('shows the status with its reason, and the three axes', async () => {
    await open();

    const state = byRole('region', 'Status');
    expect(textOf(state)).toContain('Active Connected, and the last heartbeat is recent.');
    expect(['Link', 'Heartbeat', 'Management', 'Last seen'].map((term) => factOf(term, state))).toEqual([
      'Connected',
      'On time',
      'Managed',
      '2 seconds ago',
    ]);
  });

  it('shows since when, by whom, why and until when it is independent', async () => {
    await open(independentDetail());

    expect(factOf('Last seen')).toBe('2 seconds ago (frozen)');
    expect(factOf('Independent since')).toBe('10 minutes ago');
    const lease = byRole('region', 'Independence');
    expect(['Switched on by', 'Reason', 'Ends'].map((term) => factOf(term, lease))).toEqual([
      'ada@example.com',
      'Maintenance',
      'in 1 hour',
    ]);
  });

  it('follows events', async () => {
    const controller = await open();

    await streamOf().tell(fleetEvent({ type: 'orchestrator.disconnected' }));
    expect(factOf('Link')).toBe('Not connected');
    await pass(1_000);
    await controller.answer(API.getOrchestrator, orchestratorDetail({ connected: false, connection: null }));

    expect(textOf(byRole('region', 'Connection'))).toContain('It has no open connection.');
  });

  it('shows which secrets are set, and how to connect an orchestrator that never registered', async () => {
    await open(orchestratorDetail({ connected: false, connection: null, last_seen: null }));

    expect(['Database URL', 'Redis URL'].map((term) => factOf(term))).toEqual(['set', 'not set']);
    expect(byRole('link', 'Connect this orchestrator').getAttribute('href')).toBe(
      '/connect?id=orch-001&organization_id=org-001',
    );
  });

  it('asks for the reason before it makes one independent', async () => {
    const controller = await open();

    await openDialog(byRole('button', 'Make independent…'));
    const reason = document.querySelector<HTMLInputElement>('#lease-reason');
    if (!reason) throw new Error('no field for the reason');
    reason.value = 'Maintenance';
    reason.dispatchEvent(new Event('input'));
    await settle();
    await click(byRole('button', 'Make independent'));
    await pass(500);

    expect(controller.take(API.switchIndependence).request.body).toEqual({
      is_independent: true,
      reason: 'Maintenance',
    });
  });

  it('changes edited fields only, and keeps secrets that are left empty', async () => {
    const controller = await open();

    await openDialog(byRole('button', 'Change…'));
    await enter(fieldLabelled('Name'), 'Back office');
    await enter(fieldLabelled('Redis URL (not set)'), 'redis://cache');
    await submit();
    const request = controller.take(API.changeOrchestrator);
    expect(request.request.body).toEqual({ name: 'Back office', redis_url: 'redis://cache' });
    await controller.reply(request, orchestratorDetail({ name: 'Back office' }));
    await pass(500);
    await controller.answer(API.getOrchestrator, orchestratorDetail({ name: 'Back office' }));

    expect(byRole('heading', 'Back office')).toBeDefined();
  });

  it('shows at a field why it is refused', async () => {
    const controller = await open();
    await openDialog(byRole('button', 'Change…'));
    await enter(fieldLabelled('Website'), 'nowhere');
    await submit();
    await controller.refuse(API.changeOrchestrator, 'validation_error', {
      errors: [{ field: 'website', detail: 'It is too short.' }],
    });

    expect(fieldLabelled('Website').getAttribute('aria-invalid')).toBe('true');
    expect(textOf()).toContain('It is too short.');
  });

  it('requires the id before it decommissions', async () => {
    const controller = await open();
    await openDialog(byRole('button', 'Decommission…'));
    expect((byRole('button', 'Decommission') as HTMLButtonElement).disabled).toBe(true);

    await enter(fieldLabelled('Type orch-001 to confirm'), 'orch-001');
    await click(byRole('button', 'Decommission'));

    expect(controller.waiting(API.decommissionOrchestrator)).toBe(1);
  });

  it('reports that it was decommissioned, and stops requesting it', async () => {
    const controller = await open();

    await streamOf().tell(fleetEvent({ type: 'orchestrator.deleted' }));
    await streamOf().tell(fleetEvent({ type: 'orchestrator.disconnected' }));
    await pass(2_000);

    expect(byRole('heading', 'This orchestrator was decommissioned')).toBeDefined();
    expect(controller.waiting(API.getOrchestrator)).toBe(0);
  });

  it('shows a viewer no actions', async () => {
    await open(orchestratorDetail(), '', 'viewer');

    expect(queryByRole('button', /independent|Change|Decommission/)).toBeNull();
  });

  it('reports an unknown id', async () => {
    const controller = await openPage(ROUTES, '/orchestrators/nobody', storedSession());
    await controller.refuse(API.getOrchestrator, 'not_found', { detail: 'No orchestrator "nobody".' });

    expect(textOf(byRole('alert'))).toContain('No orchestrator "nobody".');
  });

  it('shows the history of independence, with its observations', async () => {
    const controller = await open(independentDetail(), '/independence');
    await controller.answer(
      API.listIndependenceHistory,
      page([
        {
          id: 1,
          source: 'own',
          started_at: secondsAgo(7_200),
          started_by: 'ada@example.com',
          ended_at: secondsAgo(3_600),
          ended_by: 'system',
          reason: null,
          expires_at: null,
          observations: [{ at: secondsAgo(7_000), kind: 'link_lost', detail: 'The connection broke.' }],
        },
      ]),
    );

    const list = textOf(byRole('main'));
    expect(list).toContain('Was independent for 1 h');
    expect(list).toContain('automatically');
    expect(list).toContain('Link lost The connection broke.');
  });

  it('lists its messages, and filters them by direction', async () => {
    const controller = await open(orchestratorDetail(), '/messages');
    await controller.answer(API.listMessages, page([]));
    expect(byRole('heading', 'No messages yet')).toBeDefined();

    await click(byRole('button', 'From orchestrator'));

    const { params } = controller.take(API.listMessages).request;
    expect([params.get('orchestrator_id'), params.get('direction')]).toEqual([
      'orch-001',
      'from_orchestrator',
    ]);
  });

  it('explains metrics if there are none', async () => {
    const controller = await open(orchestratorDetail(), '/metrics');
    await controller.answer(API.listMetricNames, { orchestrator_id: 'orch-001', names: [] });

    expect(byRole('heading', 'No metrics yet')).toBeDefined();
  });

  it('shows metrics as a table, as an alternative to the chart', async () => {
    const controller = await open(orchestratorDetail(), '/metrics');
    await controller.answer(API.listMetricNames, { orchestrator_id: 'orch-001', names: ['latency_ms'] });
    await click(byRole('button', 'Table'));
    await controller.answer(API.getMetricSeries, {
      orchestrator_id: 'orch-001',
      name: 'latency_ms',
      from: secondsAgo(3_600),
      to: NOW,
      step: 60,
      points: [{ at: secondsAgo(60), count: 4, avg: 12.345, min: 10, max: 1_500, p95: null }],
    });

    expect(textOf(byRole('table', 'latency_ms'))).toContain('1 minute ago 12.35 10 1,500 4');
  });

  it('has links between its tabs', async () => {
    await open();

    await click(byRole('link', 'Activity', byRole('navigation', 'Sections of this orchestrator')));
    await pass(0);

    expect(TestBed.inject(Router).url).toBe('/orchestrators/orch-001/activity');
  });
});
