import { Component } from '@angular/core';
import type { Instance, RedisStatus } from '@moolai/contracts';
import { instance, NOW_MS, secondsAgo, storedSession, user } from '../../../testing/builders';
import type { FakeController } from '../../../testing/fake-controller';
import { click, pass } from '../../../testing/gestures';
import { openPage } from '../../../testing/open-page';
import { allByRole, byRole, factOf, queryByRole, textOf } from '../../../testing/queries';
import { API } from '../../core/http/api-operations';
import { Shell } from '../../shell/shell';
import { instancesRoutes } from './instances.routes';

@Component({ template: '<h1>A page</h1>' })
class AnyPage {}

const ROUTES = [
  {
    path: '',
    component: Shell,
    children: [
      { path: 'instances', children: instancesRoutes },
      { path: '**', component: AnyPage },
    ],
  },
];

/** Opens the page before the controller has answered. */
function openUnanswered(): Promise<FakeController> {
  const kept = storedSession({ user: user({ role: 'superadmin' }), receivedAtMs: NOW_MS });
  return openPage(ROUTES, '/instances', kept);
}

async function answer(
  controller: FakeController,
  instances: Instance[],
  redis: RedisStatus = 'up',
): Promise<void> {
  await controller.answer(API.listInstances, instances);
  await controller.answer(API.getInternalHealth, { redis: { status: redis, latency_ms: null } });
}

async function open(instances: Instance[], redis?: RedisStatus): Promise<FakeController> {
  const controller = await openUnanswered();
  await answer(controller, instances, redis);
  return controller;
}

const THREE = [
  instance({ is_scheduler: true, connections: 1_200, registered: 1_199 }),
  instance({ instance_id: 'controller-2', status: 'draining' }),
  instance({ instance_id: 'controller-3', status: 'lost', last_heard_at: secondsAgo(120), connections: 40 }),
];

describe('InstancesPage', () => {
  it('shows a placeholder until the controller answers', async () => {
    await openUnanswered();

    expect(textOf(byRole('main'))).toContain('Instances');
    expect(document.querySelector('mc-skeleton')).not.toBeNull();
    expect(queryByRole('table')).toBeNull();
  });

  it('shows who is up, since when, with how many connections, and who schedules', async () => {
    await open(THREE);

    expect(factOf('Running')).toBe('1 of 3 instances');
    expect(factOf('Scheduled work')).toBe('At controller-1');
    expect(factOf('Redis')).toBe('Up');
    const [, first, second, third] = allByRole('row').map((row) => textOf(row));
    expect(first).toBe('controller-1 Scheduler Up 1.4.0 2 hours ago 1 second ago 1,200 1,199');
    expect(second).toContain('controller-2 Draining');
    expect(third).toContain('controller-3 Lost 1.4.0 2 hours ago 2 minutes ago 40 last known');
    expect(queryByRole('note')).toBeNull();
  });

  it('asks again every five seconds, also without a Redis, and not once it is left', async () => {
    const controller = await open([instance()], 'off');
    await pass(5_000);
    await answer(controller, [instance({ connections: 7 })], 'off');
    expect(textOf(byRole('row', 'controller-1'))).toContain(' 7 ');

    await click(byRole('link', 'Backups'));
    await pass(20_000);
    expect(controller.waiting(API.listInstances)).toBe(0);
  });

  it('says how to run several if there is one without a Redis', async () => {
    await open([instance({ is_scheduler: true })], 'off');

    expect(textOf(byRole('note'))).toContain('This is the only instance. To run several, give each of them');
    expect(textOf(byRole('note'))).toContain('docs/operators.md');
    expect(factOf('Redis')).toBe('Not configured');
  });

  it('warns of a single instance that could have company', async () => {
    await open([instance({ is_scheduler: true })]);

    expect(textOf(byRole('note'))).toContain('If it ends, no controller serves the fleet');
  });

  it('points out that versions differ, without those that are lost', async () => {
    const controller = await open([instance({ version: '1.5.0' }), instance({ instance_id: 'b' })]);
    expect(textOf(byRole('status', /More than one version/))).toContain('1.4.0 and 1.5.0. This is normal');

    await pass(5_000);
    await answer(controller, [
      instance({ version: '1.5.0' }),
      instance({ instance_id: 'b', status: 'lost' }),
    ]);
    expect(textOf(byRole('main'))).not.toContain('More than one version');
  });

  it('keeps the last answer while the controller does not answer', async () => {
    const controller = await open(THREE);
    await pass(5_000);
    await controller.refuse(API.listInstances, 'unavailable', { detail: 'The database is away.' });

    expect(allByRole('row')).toHaveLength(4);
    expect(textOf(byRole('main'))).toContain('Showing the last data loaded');
  });

  it('shows which permission is missing when the controller refuses, with the request id', async () => {
    const controller = await openUnanswered();
    await controller.refuse(API.listInstances, 'forbidden', { detail: 'It takes fleet:manage.' });

    expect(textOf(byRole('alert'))).toContain('It takes fleet:manage. Request id req-42');
  });
});
