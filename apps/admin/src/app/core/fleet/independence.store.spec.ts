import { DestroyRef } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { orchestrator, secondsAgo } from '../../../testing/builders';
import type { FakeController } from '../../../testing/fake-controller';
import { fleetEvent } from '../../../testing/fake-stream';
import { click, pass, settle } from '../../../testing/gestures';
import { configureConsole, streamOf } from '../../../testing/open-page';
import { byRole, textOf } from '../../../testing/queries';
import { API } from '../http/api-operations';
import { LiveStore } from '../live/live.store';
import { IndependenceStore, missingPlaces } from './independence.store';

const PERSISTED = { database: true, env_file: true, json_file: true };
const MANAGED = { is_independent: false, source: null, reason: null, expires_at: null };
const ANSWER = {
  orchestrator_id: 'orch-001',
  is_independent: true,
  changed: true,
  previous: MANAGED,
  persisted: PERSISTED,
};
const CHANGED = fleetEvent({ type: 'independence.changed', data: { is_independent: true } });

async function start(): Promise<{
  store: IndependenceStore;
  controller: FakeController;
  resyncs: () => number;
}> {
  const controller = configureConsole([]);
  const live = TestBed.inject(LiveStore);
  const owner = TestBed.inject(DestroyRef);
  let resyncs = 0;
  live.follow({ onResync: () => (resyncs += 1) }, owner);
  live.start(owner);
  await settle();
  await streamOf().ready(true);
  return { store: TestBed.inject(IndependenceStore), controller, resyncs: () => resyncs };
}

describe('IndependenceStore', () => {
  it('shows the switch immediately, with its reason and end', async () => {
    const { store, controller } = await start();

    void store.switchTo('orch-001', true, { reason: 'Maintenance' });

    expect(controller.take(API.switchIndependence).request.body).toEqual({
      is_independent: true,
      reason: 'Maintenance',
    });
    expect(store.shown(orchestrator())).toMatchObject({
      is_independent: true,
      status: 'independent',
      independence_reason: 'Maintenance',
    });
    expect(store.shown(orchestrator({ orchestrator_id: 'orch-002' })).is_independent).toBe(false);
  });

  it('leaves it to the stream once its event arrived there', async () => {
    const { store, controller } = await start();
    void store.switchTo('orch-001', true);
    await controller.answer(API.switchIndependence, ANSWER);
    expect(store.underWay().has('orch-001')).toBe(true);

    await streamOf().tell(CHANGED);

    expect(store.underWay().has('orch-001')).toBe(false);
  });

  it('handles an event that arrives before the answer', async () => {
    const { store, controller } = await start();
    void store.switchTo('orch-001', true);
    await streamOf().tell(CHANGED);
    expect(store.underWay().has('orch-001')).toBe(true);

    await controller.answer(API.switchIndependence, ANSWER);

    expect(store.underWay().has('orch-001')).toBe(false);
  });

  it('reloads everything if the event does not arrive', async () => {
    const { store, controller, resyncs } = await start();
    void store.switchTo('orch-001', true);
    await controller.answer(API.switchIndependence, ANSWER);

    await pass(3_000);

    expect(resyncs()).toBe(1);
    expect(store.underWay().size).toBe(0);
  });

  it('can be undone', async () => {
    const { store, controller } = await start();
    void store.switchTo('orch-001', true);
    await controller.answer(API.switchIndependence, ANSWER);

    await pass(1_000);
    await click(byRole('button', 'Undo'));

    expect(controller.take(API.switchIndependence).request.body).toEqual({ is_independent: false });
  });

  it.each([
    ['with its reason, end and source', secondsAgo(-3_600)],
    ['without an end if there was none', null],
  ])('is undone %s', async (_, expires_at) => {
    const { store, controller } = await start();
    const previous = { is_independent: true, source: 'organization', reason: 'on a ship', expires_at };
    void store.switchTo('orch-001', false);
    await controller.answer(API.switchIndependence, { ...ANSWER, is_independent: false, previous });

    await pass(1_000);
    await click(byRole('button', 'Undo'));

    expect(controller.take(API.switchIndependence).request.body).toEqual(previous);
  });

  it('reports that an expired independence cannot be restored', async () => {
    const { store, controller } = await start();
    const previous = { ...MANAGED, is_independent: true, source: 'own', expires_at: secondsAgo(1) };
    void store.switchTo('orch-001', false);
    await controller.answer(API.switchIndependence, { ...ANSWER, is_independent: false, previous });

    await pass(1_000);
    await click(byRole('button', 'Undo'));

    expect(controller.waiting(API.switchIndependence)).toBe(0);
    expect(textOf()).toContain('The independence of orch-001 has since expired, so orch-001 stays managed.');
  });

  it('does not wait for an event if nothing changed', async () => {
    const { store, controller } = await start();
    void store.switchTo('orch-001', true);
    await controller.answer(API.switchIndependence, { ...ANSWER, changed: false });
    expect(store.underWay().size).toBe(0);
  });

  it('restores the display when the controller refuses, shows why, and retries', async () => {
    const { store, controller } = await start();
    const outcome = store.switchTo('orch-001', true);

    await controller.refuse(API.switchIndependence, 'unavailable', { detail: 'The database is away.' });

    await expect(outcome).resolves.toBe(false);
    expect(store.shown(orchestrator()).is_independent).toBe(false);
    expect(textOf()).toContain(
      'Independence of orch-001 could not be switched on: The controller is not ready. The database is away. Request id req-42',
    );
    await pass(1_000);
    await click(byRole('button', 'Retry'));
    expect(controller.waiting(API.switchIndependence)).toBe(1);
  });
});

describe('missingPlaces', () => {
  it('is empty when it was written everywhere', () => {
    expect(missingPlaces(PERSISTED)).toBe('');
  });

  it('names the files that the change could not be written to', () => {
    expect(missingPlaces({ database: true, env_file: false, json_file: false })).toBe(
      ' The change could not be written to the .env file and orchestrator_independence.json.',
    );
  });
});
