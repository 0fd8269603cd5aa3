import { TestBed } from '@angular/core/testing';
import type { Orchestrator } from '@moolai/contracts';
import {
  fleet,
  independentOrchestrator,
  liveOrchestrator,
  NOW,
  orchestrator,
  organization,
  page,
} from '../../../testing/builders';
import { FakeController, provideNetwork } from '../../../testing/fake-controller';
import { pass } from '../../../testing/gestures';
import { API_ROUTES } from '../../core/http/api-routes';
import { ApiError, NetworkError } from '../../core/http/request-failure';
import { PollLoop } from '../../core/live/poll-loop';
import { switched, type Fleet } from './fleet';
import { OrganizationsStore, type OrganizationsState } from './organizations.store';

const SWITCH = API_ROUTES.independence('orch-001');
const EVERYWHERE = { database: true, env_file: true, json_file: true };

interface Scene {
  store: OrganizationsStore;
  controller: FakeController;
}

function start(): Scene {
  TestBed.configureTestingModule({ providers: [provideNetwork(), OrganizationsStore] });
  return { store: TestBed.inject(OrganizationsStore), controller: new FakeController() };
}

/** A store that shows one orchestrator. */
async function startWith(one: Orchestrator): Promise<Scene> {
  const scene = start();
  await scene.controller.answerLists([organization()], [one]);
  return scene;
}

type Ready = Extract<OrganizationsState, { name: 'ready' }>;

function ready(store: OrganizationsStore): Ready {
  const state = store.state();
  if (state.name !== 'ready') throw new Error(`The store is ${state.name}`);
  return state;
}

function fleetOf(store: OrganizationsStore): Fleet {
  return ready(store).fleet;
}

function result(isIndependent: boolean): object {
  return { orchestrator_id: 'orch-001', is_independent: isIndependent, persisted: EVERYWHERE };
}

describe('OrganizationsStore', () => {
  describe('reading', () => {
    it('is loading until both lists are there', async () => {
      const { store, controller } = start();
      expect(store.state()).toEqual({ name: 'loading' });

      await controller.answer(API_ROUTES.organizations, page([organization()]));
      expect(store.state()).toEqual({ name: 'loading' });

      await controller.answer(API_ROUTES.orchestrators, page([orchestrator()]));
      expect(store.state()).toEqual({ name: 'ready', fleet: fleet(), switches: new Map() });
    });

    it('follows the controller', async () => {
      const { store, controller } = await startWith(orchestrator({ last_seen: null }));

      await pass(2_000);
      await controller.answerLists([organization()], [orchestrator({ last_seen: NOW })]);

      expect(fleetOf(store).orchestrators).toEqual([orchestrator({ last_seen: NOW })]);
    });

    it('says why the fleet cannot be read', async () => {
      const { store, controller } = start();

      await controller.refuse(API_ROUTES.organizations, 'unavailable');

      const failure = new ApiError('unavailable', 'The controller says no.', 'req-42');
      expect(store.state()).toEqual({ name: 'error', failure });
      expect(TestBed.inject(PollLoop).connection().name).toBe('reconnecting');
    });

    it('keeps showing what it knows when the controller goes away', async () => {
      const { store, controller } = await startWith(orchestrator());

      await pass(2_000);
      await controller.cutOff(API_ROUTES.orchestrators);

      expect(fleetOf(store)).toEqual(fleet());
      expect(TestBed.inject(PollLoop).connection()).toMatchObject({
        name: 'reconnecting',
        failure: new NetworkError(),
      });
    });
  });

  describe('a switch of independence', () => {
    it('asks the controller and shows the wanted value at once', async () => {
      const { store, controller } = await startWith(orchestrator());

      void store.switchIndependence('orch-001', true);

      const { request } = controller.take(SWITCH);
      expect(request.method).toBe('PUT');
      expect(request.body).toEqual({ is_independent: true });
      expect(ready(store).switches.get('orch-001')).toEqual({ name: 'under-way', isIndependent: true });
    });

    it.each([
      [orchestrator(), true],
      [independentOrchestrator(), false],
    ])('has the new state when it is done, without waiting for the next list', async (before, wanted) => {
      const { store, controller } = await startWith(before);

      const outcome = store.switchIndependence('orch-001', wanted);
      await controller.answer(SWITCH, result(wanted));

      await expect(outcome).resolves.toEqual({ name: 'done', persisted: EVERYWHERE });
      expect(fleetOf(store).orchestrators).toEqual([switched(before, wanted)]);
      expect(ready(store).switches.size).toBe(0);
    });

    it('reads the fleet right after, for the reason that only the controller knows', async () => {
      const { store, controller } = await startWith(orchestrator());

      void store.switchIndependence('orch-001', true);
      await controller.answer(SWITCH, result(true));
      await controller.answerLists(
        [organization()],
        [independentOrchestrator({ status_reason: 'Switched by ada.' })],
      );

      expect(fleetOf(store).orchestrators[0]?.status_reason).toBe('Switched by ada.');
    });

    it.each([orchestrator(), independentOrchestrator()])(
      'goes back to the old state with the reason when it is refused; before: $status',
      async (before) => {
        const { store, controller } = await startWith(before);
        const wanted = !before.is_independent;

        const outcome = store.switchIndependence('orch-001', wanted);
        await controller.refuse(SWITCH, 'conflict', { detail: 'The .env file cannot be written.' });

        const failure = new ApiError('conflict', 'The .env file cannot be written.', 'req-42');
        await expect(outcome).resolves.toEqual({ name: 'failed', failure });
        expect(fleetOf(store).orchestrators).toEqual([before]);
        expect(ready(store).switches.get('orch-001')).toEqual({
          name: 'failed',
          isIndependent: wanted,
          failure,
        });
      },
    );

    it('looks what became of it when the controller does not answer', async () => {
      const { store, controller } = await startWith(orchestrator());

      const outcome = store.switchIndependence('orch-001', true);
      await controller.cutOff(SWITCH);
      await controller.answerLists([organization()], [independentOrchestrator()]);

      await expect(outcome).resolves.toEqual({ name: 'failed', failure: new NetworkError() });
      expect(fleetOf(store).orchestrators).toEqual([independentOrchestrator()]);
    });

    it('keeps its failure over later lists, until it is dismissed', async () => {
      const { store, controller } = await startWith(orchestrator());
      void store.switchIndependence('orch-001', true);
      await controller.refuse(SWITCH, 'forbidden');

      await controller.answerLists([organization()], [orchestrator()]);
      expect(ready(store).switches.get('orch-001')?.name).toBe('failed');

      store.dismissFailure('orch-001');
      expect(ready(store).switches.size).toBe(0);
    });

    it('forgets an older failure when it is tried again', async () => {
      const { store, controller } = await startWith(orchestrator());
      void store.switchIndependence('orch-001', true);
      await controller.refuse(SWITCH, 'unavailable');

      void store.switchIndependence('orch-001', true);

      expect(ready(store).switches.get('orch-001')).toEqual({ name: 'under-way', isIndependent: true });
    });
  });

  describe('a list that was asked for before a switch ended', () => {
    it('is not shown after it, but asked for again', async () => {
      const { store, controller } = await startWith(orchestrator());
      await pass(2_000);
      void store.switchIndependence('orch-001', true);
      await controller.answer(SWITCH, result(true));

      await controller.answerLists([organization()], [orchestrator()]);
      expect(fleetOf(store).orchestrators[0]?.is_independent).toBe(true);

      await controller.answerLists([organization()], [independentOrchestrator()]);
      expect(fleetOf(store).orchestrators).toEqual([independentOrchestrator()]);
    });

    it('is not shown after a failure either: the switch may have arrived', async () => {
      const { store, controller } = await startWith(independentOrchestrator());
      await pass(2_000);
      void store.switchIndependence('orch-001', false);
      await controller.cutOff(SWITCH);

      await controller.answerLists([organization()], [independentOrchestrator({ name: 'From before' })]);

      expect(fleetOf(store).orchestrators[0]?.name).toBe('Front desk');
      expect(controller.waiting(API_ROUTES.orchestrators)).toBe(1);
    });

    it('does not hide the wanted value when it arrives before the end', async () => {
      const { store, controller } = await startWith(orchestrator());
      await pass(2_000);
      void store.switchIndependence('orch-001', true);

      await controller.answerLists([organization()], [orchestrator()]);

      expect(ready(store).switches.get('orch-001')).toEqual({ name: 'under-way', isIndependent: true });
    });
  });

  describe('a fleet of more than one page', () => {
    const FIRST_PAGE = Array.from({ length: 200 }, (_, index) =>
      orchestrator({ orchestrator_id: `orch-${index + 1}` }),
    );
    const LAST = orchestrator({ orchestrator_id: 'orch-201' });
    const LIVE = [...FIRST_PAGE, LAST].map(({ orchestrator_id }) => liveOrchestrator({ orchestrator_id }));

    async function answerTwoPages(controller: FakeController): Promise<void> {
      await controller.answer(API_ROUTES.organizations, page([organization()]));
      await controller.answer(API_ROUTES.orchestrators, page(FIRST_PAGE, { total: 201 }));
      await controller.answer(API_ROUTES.orchestrators, page([LAST], { total: 201 }));
    }

    async function startLarge(): Promise<Scene> {
      const scene = start();
      await answerTwoPages(scene.controller);
      return scene;
    }

    it('is read whole', async () => {
      const { store } = await startLarge();

      expect(fleetOf(store).orchestrators).toHaveLength(201);
    });

    it('follows the live view, and is read whole again every fifth round', async () => {
      const { store, controller } = await startLarge();

      for (let round = 1; round <= 4; round += 1) {
        await pass(2_000);
        await controller.answerLive(LIVE.map((one) => ({ ...one, last_seen: NOW })));
      }
      expect(fleetOf(store).orchestrators.every((one) => one.last_seen === NOW)).toBe(true);

      await pass(2_000);
      expect(controller.waiting(API_ROUTES.liveOrchestrators)).toBe(0);
      await answerTwoPages(controller);
      expect(fleetOf(store).orchestrators.some((one) => one.last_seen === NOW)).toBe(false);
    });

    it('is read whole at once when the live view shows a change that it cannot explain', async () => {
      const { controller } = await startLarge();

      await pass(2_000);
      await controller.answerLive(LIVE.slice(1));

      expect(controller.waiting(API_ROUTES.orchestrators)).toBe(1);
    });
  });
});
