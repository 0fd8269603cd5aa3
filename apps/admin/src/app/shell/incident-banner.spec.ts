import { Component } from '@angular/core';
import type { Instance, RedisStatus, Role } from '@moolai/contracts';
import { instance, NOW_MS, secondsAgo, storedSession, user } from '../../testing/builders';
import type { FakeController } from '../../testing/fake-controller';
import { click, pass } from '../../testing/gestures';
import { openPage } from '../../testing/open-page';
import { byRole, queryByRole, textOf } from '../../testing/queries';
import { hideTab, showTab } from '../../testing/tab';
import { API } from '../core/http/api-operations';
import { Shell } from './shell';

@Component({ template: '<h1>A page</h1>' })
class AnyPage {}

const ROUTES = [{ path: '', component: Shell, children: [{ path: '**', component: AnyPage }] }];
const LOST = instance({ instance_id: 'two', status: 'lost', last_heard_at: secondsAgo(60) });

async function answer(
  controller: FakeController,
  redis: RedisStatus = 'up',
  others: Instance[] = [],
): Promise<void> {
  await controller.answer(API.listInstances, [instance(), ...others]);
  await controller.answer(API.getInternalHealth, { redis: { status: redis, latency_ms: null } });
}

async function open(redis?: RedisStatus, others?: Instance[]): Promise<FakeController> {
  const kept = storedSession({ user: user({ role: 'superadmin' }), receivedAtMs: NOW_MS });
  const controller = await openPage(ROUTES, '/', kept);
  await answer(controller, redis, others);
  return controller;
}

/** The answer to the next poll. */
async function then(controller: FakeController, redis?: RedisStatus, others?: Instance[]): Promise<void> {
  await pass(5_000);
  await answer(controller, redis, others);
}

const notice = (): HTMLElement | null => queryByRole('status', /lost|Redis/);

describe('IncidentBanner', () => {
  it('is hidden while all is well', async () => {
    await open();

    expect(notice()).toBeNull();
  });

  it('reports a lost instance, until it is back', async () => {
    const controller = await open('up', [LOST]);
    expect(textOf(byRole('status', /is lost/))).toContain(
      'The controller two is lost. Last heard 1 minute ago . Its orchestrators reconnect to the others',
    );
    expect(byRole('link', 'Show the instances').getAttribute('href')).toBe('/instances');

    await then(controller, 'up', [instance({ instance_id: 'two' })]);
    expect(notice()).toBeNull();
  });

  it('reports a Redis that is away until three answers have found it, because instances answer in turn', async () => {
    const controller = await open('down');
    expect(textOf(byRole('status', /Redis/))).toContain('Redis does not answer. Heartbeats, messages');

    await then(controller, 'up');
    await then(controller, 'up');
    expect(notice()).not.toBeNull();
    await then(controller, 'up');
    expect(notice()).toBeNull();
  });

  it('can be closed for this incident, and is back for the next one', async () => {
    const controller = await open('down', [LOST]);
    await click(byRole('button', 'Close the notice about two'));
    expect(textOf(byRole('status', /Redis/))).not.toContain('is lost');
    await click(byRole('button', 'Close the notice about Redis'));
    await then(controller, 'down', [LOST]);
    expect(notice()).toBeNull();

    await then(controller, 'up', [instance({ ...LOST, started_at: secondsAgo(30) })]);
    expect(textOf(byRole('status', /is lost/))).not.toContain('Redis');
    await then(controller, 'up');
    await then(controller, 'up');
    await then(controller, 'down');
    expect(textOf(byRole('status', /Redis/))).not.toContain('is lost');
  });

  it('asks no more about a controller without a Redis', async () => {
    const controller = await open('off');

    await pass(60_000);

    expect(controller.waiting(API.listInstances)).toBe(0);
  });

  it('does not ask while the tab is hidden', async () => {
    const controller = await open();
    hideTab();
    await pass(30_000);
    expect(controller.waiting(API.listInstances)).toBe(0);

    showTab();
    await pass(0);
    expect(controller.waiting(API.listInstances)).toBe(1);
  });

  it.each<Role>(['admin', 'operator', 'viewer'])('asks nothing for the role %s', async (role) => {
    const controller = await openPage(ROUTES, '/', storedSession({ user: user({ role }) }));

    expect(controller.waiting(API.listInstances)).toBe(0);
    expect(controller.waiting(API.getInternalHealth)).toBe(0);
  });
});
