import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import type { FleetEvent } from '@moolai/contracts';
import { page, storedSession } from '../../../testing/builders';
import type { FakeController } from '../../../testing/fake-controller';
import { fleetEvent } from '../../../testing/fake-stream';
import { click, enter, pass } from '../../../testing/gestures';
import { openPage, streamOf } from '../../../testing/open-page';
import { allByRole, byRole, queryByRole, textOf } from '../../../testing/queries';
import { API } from '../../core/http/api-operations';
import { Shell } from '../../shell/shell';
import { activityRoutes } from './activity.routes';

const ROUTES = [{ path: '', component: Shell, children: [{ path: 'activity', children: activityRoutes }] }];

async function open(events: FleetEvent[], query = ''): Promise<FakeController> {
  const controller = await openPage(ROUTES, `/activity${query}`, storedSession());
  await streamOf().ready(true);
  await controller.answer(API.listActivity, page(events, { page_size: 50 }));
  return controller;
}

function address(): string {
  return TestBed.inject(Router).url;
}

describe('ActivityPage', () => {
  it('shows each event with its subject and actor', async () => {
    await open([fleetEvent({ actor: 'ada@example.com', summary: 'Something was switched.' })]);

    const [line] = allByRole(
      'listitem',
      undefined,
      document.querySelector('ol[aria-label=Activity]') ?? undefined,
    );
    expect(textOf(line)).toBe('Connected: Something was switched. just now orch-001 by ada@example.com');
  });

  it('counts new events instead of moving the list', async () => {
    const controller = await open([fleetEvent()]);

    await streamOf().tell(fleetEvent(), fleetEvent());
    await click(byRole('button', '2 new'));

    expect(controller.waiting(API.listActivity)).toBe(1);
  });

  it('counts matching events only', async () => {
    await open([fleetEvent()], '?type=config.pushed&organization_id=org-001');

    await streamOf().tell(
      fleetEvent({ type: 'config.pushed' }),
      fleetEvent({ type: 'config.pushed', organization_id: 'org-002' }),
      fleetEvent(),
    );

    expect(byRole('button', '1 new')).toBeDefined();
  });

  it('keeps search and type in the URL, and requests them from the controller', async () => {
    const controller = await open([fleetEvent()]);

    await enter(byRole('searchbox') as HTMLInputElement, 'oslo');
    await pass(200);
    const type = document.querySelector<HTMLSelectElement>('select[aria-label=Type]');
    if (!type) throw new Error('no type');
    type.value = 'config.pushed';
    type.dispatchEvent(new Event('change'));
    await pass(0);

    expect(address()).toBe('/activity?search=oslo&type=config.pushed');
    const asked = controller.takeAll(API.listActivity).at(-1)?.request.params;
    expect([asked?.get('search'), asked?.get('type')]).toEqual(['oslo', 'config.pushed']);
  });

  it('removes a filter that a link has set', async () => {
    await open([fleetEvent()], '?organization_id=org-001');

    await click(byRole('button', 'Remove filter org-001'));

    expect(address()).toBe('/activity');
  });

  it('says what to do if nothing matches', async () => {
    await open([], '?search=nothing');

    await click(byRole('button', 'Clear filters'));

    expect(address()).toBe('/activity');
    expect(queryByRole('heading', 'No activity yet')).toBeNull();
  });
});
