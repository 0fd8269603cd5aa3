import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { emptyOverview, overview, page } from '../../../testing/builders';
import { FakeController, provideNetwork } from '../../../testing/fake-controller';
import { fleetEvent, provideStream } from '../../../testing/fake-stream';
import { click, settle } from '../../../testing/gestures';
import { allByRole, byRole, factOf, nameOf, queryByRole, textOf } from '../../../testing/queries';
import { API } from '../../core/http/api-operations';
import { OverviewStore } from '../../core/live/overview.store';
import { HomePage } from './home.page';

/** The home page before the controller has answered. */
async function open(): Promise<FakeController> {
  TestBed.configureTestingModule({
    providers: [provideNetwork(), provideStream(), provideRouter([]), OverviewStore],
  });
  TestBed.createComponent(HomePage);
  await settle();
  return new FakeController();
}

describe('HomePage', () => {
  it('shows that it is loading until the controller answers', async () => {
    await open();

    expect(allByRole('status', 'Loading…')).toHaveLength(1);
  });

  it('counts the orchestrators by status, with a link to each', async () => {
    const controller = await open();
    await controller.answer(API.getOverview, overview());

    const counters = allByRole('link', undefined, byRole('list', 'Orchestrators by status'));
    expect(counters.map((counter) => [nameOf(counter), counter.getAttribute('href')])).toEqual([
      ['Connected 30 of 40', '/orchestrators?connected=true'],
      ['Active 21', '/orchestrators?status=active'],
      ['Independent 7', '/orchestrators?status=independent'],
      ['Inactive 10', '/orchestrators?status=inactive'],
      ['Error 2', '/orchestrators?status=error'],
    ]);
  });

  it('links the number of messages in a status to those messages', async () => {
    const controller = await open();
    await controller.answer(API.getOverview, overview());

    const links = allByRole('link', undefined, byRole('region', 'Messages'));
    expect(links.map((link) => [nameOf(link), link.getAttribute('href')])).toEqual([
      ['11 pending', '/messages?status=pending'],
      ['12 sent', '/messages?status=sent'],
      ['13 delivered', '/messages?status=delivered'],
      ['14 failed', '/messages?status=failed'],
      ['15 received', '/messages?status=received'],
    ]);
  });

  it('links problems to the affected items', async () => {
    const controller = await open();
    await controller.answer(API.getOverview, overview());

    const region = byRole('region', 'Needs attention');
    expect(byRole('link', '2 orchestrators have the status Error', region).getAttribute('href')).toBe(
      '/orchestrators?status=error',
    );
  });

  it('shows recent events', async () => {
    const controller = await open();
    await controller.answer(API.getOverview, overview());
    const recent = controller.takeAll(API.listActivity).find(({ request }) => !request.params.has('type'));
    if (!recent) throw new Error('recent activity was not asked for');
    await controller.reply(
      recent,
      page([fleetEvent({ summary: 'orch-001 connected.' }), fleetEvent({ actor: 'ada@example.com' })]),
    );

    const region = byRole('region', 'Recent activity');
    expect(textOf(region)).toContain('orch-001 connected.');
    expect(textOf(region)).toContain('by ada@example.com');
  });

  it('counts refused registrations of the last hour', async () => {
    const controller = await open();
    await controller.answer(API.getOverview, overview());
    const refused = controller.takeAll(API.listActivity).find(({ request }) => request.params.has('type'));
    if (!refused) throw new Error('refusals were not asked for');

    expect(refused.request.params.get('from')).toBe('2026-03-01T11:00:00.000Z');
    await controller.reply(refused, page([fleetEvent({ type: 'orchestrator.refused' })], { total: 3 }));

    const region = byRole('region', 'Needs attention');
    expect(byRole('link', '3 registrations were refused in the last hour', region).getAttribute('href')).toBe(
      '/activity?type=orchestrator.refused',
    );
  });

  it("shows today's cost, and what it does not include", async () => {
    const controller = await open();
    await controller.answer(API.getOverview, overview());
    const total = {
      requests: 12,
      input_tokens: 900,
      output_tokens: 100,
      cost_usd: '1.2345',
      unpriced_entries: 2,
    };
    const asked = controller.take(API.getCosts);
    await controller.reply(asked, { total });

    expect(asked.request.params.get('from')).toBe('2026-03-01T00:00:00.000Z');
    expect(factOf('Cost')).toBe('$1.23');
    expect(factOf('Tokens')).toBe('1,000');
    expect(textOf()).toContain('2 reports have no cost');
  });

  it('says how to start if there are no orchestrators', async () => {
    const controller = await open();
    await controller.answer(API.getOverview, emptyOverview());

    expect(byRole('heading', 'No orchestrators yet')).toBeDefined();
    expect(byRole('link', 'Connect the first orchestrator').getAttribute('href')).toBe('/connect');
  });

  it('shows why loading failed, and retries', async () => {
    const controller = await open();
    await controller.refuse(API.getOverview, 'unavailable', { detail: 'The database is away.' });
    expect(textOf(byRole('alert'))).toContain('The database is away.');
    expect(textOf(byRole('alert'))).toContain('Request id req-42');

    await click(byRole('button', 'Retry'));
    await controller.answer(API.getOverview, overview());

    expect(queryByRole('alert')).toBeNull();
  });
});
