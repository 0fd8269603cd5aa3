import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import type { LiveOrchestrator } from '@moolai/contracts';
import { emptyOverview, liveOrchestrator, overview, secondsAgo } from '../../../testing/builders';
import { FakeController, provideNetwork } from '../../../testing/fake-controller';
import { click, pass, settle } from '../../../testing/gestures';
import { allByRole, byRole, factOf, nameOf, queryByRole, textOf } from '../../../testing/queries';
import { API_ROUTES } from '../../core/http/api-routes';
import { OverviewStore } from '../../core/live/overview.store';
import { DashboardPage } from './dashboard.page';

/** The dashboard, before the controller has answered. */
async function open(): Promise<FakeController> {
  TestBed.configureTestingModule({ providers: [provideNetwork(), provideRouter([]), OverviewStore] });
  TestBed.createComponent(DashboardPage);
  await settle();
  return new FakeController();
}

async function openWith(live: LiveOrchestrator[], counters = overview()): Promise<FakeController> {
  const controller = await open();
  await controller.answer(API_ROUTES.overview, counters);
  await controller.answerLive(live);
  return controller;
}

/** The rows of the live list, cell by cell. */
function rows(): string[][] {
  return allByRole('row')
    .map((row) => allByRole('cell', undefined, row).map((cell) => textOf(cell)))
    .filter((cells) => cells.length > 0);
}

function liveIds(count: number): LiveOrchestrator[] {
  return Array.from({ length: count }, (_, index) =>
    liveOrchestrator({ orchestrator_id: `orch-${index + 1}` }),
  );
}

describe('DashboardPage', () => {
  describe('counters', () => {
    it('counts the orchestrators by status, each with a way to them', async () => {
      await openWith([]);

      const counters = allByRole('link', undefined, byRole('list', 'Orchestrators by status'));
      expect(counters.map((counter) => [nameOf(counter), counter.getAttribute('href')])).toEqual([
        ['Connected 30 of 40', '/organizations'],
        ['Active 21', '/organizations?status=active'],
        ['Independent 7', '/organizations?status=independent'],
        ['Inactive 10', '/organizations?status=inactive'],
        ['Error 2', '/organizations?status=error'],
      ]);
    });

    it('counts organizations, heartbeats and messages', async () => {
      await openWith([]);

      const organizations = byRole('region', 'Organizations');
      expect(['Total', 'Active', 'Independent'].map((term) => factOf(term, organizations))).toEqual([
        '3',
        '2',
        '1',
      ]);
      const heartbeats = byRole('region', 'Heartbeats since the start');
      expect(['Processed', 'Ignored'].map((term) => factOf(term, heartbeats))).toEqual(['5,120', '318']);
      const messages = byRole('region', 'Messages');
      expect(
        ['Pending', 'Sent', 'Delivered', 'Failed', 'Received'].map((term) => factOf(term, messages)),
      ).toEqual(['11', '12', '13', '14', '15']);
    });

    it('follow the controller', async () => {
      const controller = await openWith([]);

      await pass(2_000);
      await controller.answer(API_ROUTES.overview, overview({ heartbeats: { processed: 9, ignored: 0 } }));

      expect(factOf('Processed')).toBe('9');
    });

    it('stay when the controller goes away', async () => {
      const controller = await openWith([liveOrchestrator()]);

      await pass(2_000);
      await controller.cutOff(API_ROUTES.overview);
      await controller.cutOff(API_ROUTES.liveOrchestrators);

      expect(factOf('Processed')).toBe('5,120');
      expect(rows()).toHaveLength(1);
      expect(queryByRole('alert')).toBeNull();
    });
  });

  describe('connected now', () => {
    it('lists who is connected', async () => {
      await openWith([liveOrchestrator({ connected_at: secondsAgo(7_200) })]);

      expect(rows()).toEqual([
        ['orch-001', '● Active', 'org-001', '2 seconds ago', '2 hours ago', '192.0.2.7'],
      ]);
      expect(byRole('link', 'orch-001').getAttribute('href')).toBe('/organizations?search=orch-001');
    });

    it('says that the last sight of an independent orchestrator is frozen', async () => {
      const one = liveOrchestrator({
        status: 'independent',
        is_independent: true,
        last_seen: secondsAgo(120),
      });
      await openWith([one]);

      expect(rows()[0]?.slice(1, 4)).toEqual(['◆ Independent', 'org-001', '2 minutes ago (frozen)']);
    });

    it('keeps everybody in their place: orch-2 before orch-10, whatever the order of the answer', async () => {
      await openWith(
        ['orch-10', 'orch-1', 'orch-2'].map((orchestrator_id) => liveOrchestrator({ orchestrator_id })),
      );

      expect(rows().map(([id]) => id)).toEqual(['orch-1', 'orch-2', 'orch-10']);
    });

    it('takes out who has gone', async () => {
      const controller = await openWith(liveIds(2));

      await pass(2_000);
      await controller.answerLive(liveIds(1));

      expect(rows().map(([id]) => id)).toEqual(['orch-1']);
    });

    it('draws the 101st row only when it is asked for', async () => {
      await openWith(liveIds(101));
      expect(rows()).toHaveLength(100);

      await click(byRole('button', 'Show all 101'));

      expect(rows()).toHaveLength(101);
      expect(queryByRole('button', /^Show all/)).toBeNull();
    });
  });

  describe('with nobody connected', () => {
    it('says so when there are orchestrators', async () => {
      await openWith([]);

      expect(textOf()).toContain('None of the orchestrators is connected right now.');
      expect(queryByRole('heading', 'No orchestrators yet')).toBeNull();
    });

    it('says how to connect the first orchestrator when there is none', async () => {
      await openWith([], emptyOverview());

      expect(byRole('heading', 'No orchestrators yet')).toBeDefined();
    });

    it('does not claim that there are none before the counters are there', async () => {
      const controller = await open();

      await controller.answerLive([]);

      expect(queryByRole('heading', 'No orchestrators yet')).toBeNull();
    });

    it('does not claim that there are none when the counters cannot be read', async () => {
      const controller = await open();

      await controller.refuse(API_ROUTES.overview, 'internal_error');
      await controller.answerLive([]);

      expect(queryByRole('heading', 'No orchestrators yet')).toBeNull();
    });
  });

  it('says that it is reading until the controller answers', async () => {
    await open();

    expect(allByRole('status', 'Loading…')).toHaveLength(2);
  });

  it('says once why nothing can be read, and tries again', async () => {
    const controller = await open();
    await controller.refuse(API_ROUTES.overview, 'unavailable', { detail: 'The database is away.' });
    await controller.refuse(API_ROUTES.liveOrchestrators, 'unavailable');
    expect(textOf(byRole('alert'))).toContain('The database is away.');
    expect(textOf(byRole('alert'))).toContain('Request id req-42');

    await click(byRole('button', 'Retry'));
    await controller.answer(API_ROUTES.overview, overview());
    await controller.answerLive([liveOrchestrator()]);

    expect(queryByRole('alert')).toBeNull();
    expect(rows()).toHaveLength(1);
  });

  it('shows the counters even when the live list cannot be read', async () => {
    const controller = await open();

    await controller.answer(API_ROUTES.overview, overview());
    await controller.refuse(API_ROUTES.liveOrchestrators, 'internal_error');

    expect(byRole('link', 'Active 21')).toBeDefined();
    expect(byRole('alert', /Something went wrong/, byRole('region', 'Connected now'))).toBeDefined();
  });
});
