import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import type { Costs, UsageTotals } from '@moolai/contracts';
import { organization, page, storedSession } from '../../../testing/builders';
import type { FakeController } from '../../../testing/fake-controller';
import { choose, click } from '../../../testing/gestures';
import { openPage } from '../../../testing/open-page';
import { allByRole, byRole, factOf, textOf } from '../../../testing/queries';
import { API } from '../../core/http/api-operations';
import { Shell } from '../../shell/shell';
import { costsRoutes } from './costs.routes';

const ROUTES = [{ path: '', component: Shell, children: [{ path: 'costs', children: costsRoutes }] }];

function usage(overrides: Partial<UsageTotals> = {}): UsageTotals {
  return {
    requests: 1_200,
    input_tokens: 90_000,
    output_tokens: 10_000,
    cost_usd: '12.345',
    unpriced_entries: 0,
    ...overrides,
  };
}

function costs(overrides: Partial<Costs> = {}): Costs {
  return {
    from: '2026-02-23T00:00:00.000Z',
    to: '2026-03-01T12:00:00.000Z',
    complete: true,
    covered_from: '2026-02-23T00:00:00.000Z',
    total: usage(),
    by_organization: [{ organization_id: 'org-001', ...usage() }],
    by_model: [{ model: 'large', ...usage({ requests: 7, cost_usd: '0.0042' }) }],
    by_day: [
      { day: '2026-02-28', ...usage() },
      { day: '2026-03-01', ...usage() },
    ],
    ...overrides,
  };
}

async function open(): Promise<FakeController> {
  const controller = await openPage(ROUTES, '/costs', storedSession());
  await controller.answer(API.listOrganizations, page([organization()]));
  return controller;
}

describe('CostsPage', () => {
  it('shows usage by organization, model and day', async () => {
    const controller = await open();
    const asked = controller.take(API.getCosts);
    expect(asked.request.params.get('from')).toBe('2026-02-23T00:00:00.000Z');
    await controller.reply(asked, costs());

    expect(factOf('Cost')).toBe('$12.35');
    expect(byRole('link', 'org-001').getAttribute('href')).toBe('/organizations/org-001');
    expect(textOf(byRole('row', 'large'))).toBe('large $0.0042 7 90,000 10,000 0');
    expect(textOf(byRole('row', '2026-03-01'))).toContain('so far');
    expect(textOf(byRole('row', '2026-02-28'))).not.toContain('so far');
  });

  it('shows how many entries a sum does not include', async () => {
    const controller = await open();
    await controller.answer(API.getCosts, costs({ total: usage({ unpriced_entries: 3 }) }));

    expect(textOf(byRole('region', 'Total'))).toContain('3 reports have no cost');
  });

  it('says if the sums start later than requested', async () => {
    const controller = await open();
    await controller.answer(
      API.getCosts,
      costs({ complete: false, covered_from: '2026-02-26T00:00:00.000Z' }),
    );

    expect(textOf(document.body)).toContain('The sums start at 2026-02-26 00:00 UTC');
  });

  it('keeps period and organization in the URL, and requests them', async () => {
    const controller = await open();
    await controller.answer(API.getCosts, costs());
    await click(byRole('button', 'Today'));
    await choose(document.querySelector('[aria-label=Organization]') as HTMLSelectElement, 'org-001');

    expect(TestBed.inject(Router).url).toBe('/costs?days=1&organization_id=org-001');
    const asked = controller.takeAll(API.getCosts).at(-1)?.request.params;
    expect([asked?.get('from'), asked?.get('organization_id')]).toEqual([
      '2026-03-01T00:00:00.000Z',
      'org-001',
    ]);
  });

  it('explains where usage comes from if there is none', async () => {
    const controller = await open();
    const none = usage({ requests: 0, input_tokens: 0, output_tokens: 0, cost_usd: '0' });
    await controller.answer(
      API.getCosts,
      costs({ total: none, by_organization: [], by_model: [], by_day: [] }),
    );

    expect(allByRole('table')).toHaveLength(0);
    await click(byRole('button', 'Show 30 days'));
    expect(TestBed.inject(Router).url).toBe('/costs?days=30');
  });
});
