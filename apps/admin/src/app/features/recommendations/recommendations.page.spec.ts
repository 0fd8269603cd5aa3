import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import type { JsonObject, Message, Role } from '@moolai/contracts';
import { message, page, storedSession, user } from '../../../testing/builders';
import type { FakeController } from '../../../testing/fake-controller';
import { fleetEvent } from '../../../testing/fake-stream';
import { click, pass } from '../../../testing/gestures';
import { openPage, streamOf } from '../../../testing/open-page';
import { allByRole, byRole, queryByRole, textOf } from '../../../testing/queries';
import { API } from '../../core/http/api-operations';
import { Shell } from '../../shell/shell';
import { recommendationOf } from './grouping';
import { recommendationsRoutes } from './recommendations.routes';

const ROUTES = [
  { path: '', component: Shell, children: [{ path: 'recommendations', children: recommendationsRoutes }] },
];

function recommendation(id: number, orchestratorId: string, content: JsonObject): Message {
  return message({
    id,
    orchestrator_id: orchestratorId,
    direction: 'from_orchestrator',
    message_type: 'recommendation',
    message_content: content,
    status: 'received',
    created_by: null,
  });
}

const THREE = [
  recommendation(3, 'orch-002', { action: 'scale_up', reason: 'The queue grows.' }),
  recommendation(2, 'orch-001', { action: 'scale_up' }),
  recommendation(1, 'orch-002', { action: 'shrink_cache', reason: 'It is half empty.' }),
];

async function open(url = '', role: Role = 'operator', items = THREE): Promise<FakeController> {
  const kept = storedSession({ user: user({ role }) });
  const controller = await openPage(ROUTES, `/recommendations${url}`, kept);
  await streamOf().ready(true);
  await controller.answer(API.listMessages, page(items));
  return controller;
}

function groups(): string[] {
  return allByRole('region').map((region) => textOf(region.querySelector('header') ?? undefined));
}

function check(label: string): Promise<void> {
  return click(document.querySelector<HTMLElement>(`[aria-label="${label}"]`) as HTMLElement);
}

describe('recommendationOf', () => {
  it('shows a recommendation as a sentence, or unchanged', () => {
    expect(recommendationOf(THREE[0] as Message)).toMatchObject({
      kind: 'scale_up',
      summary: 'The queue grows.',
    });
    expect(recommendationOf(recommendation(1, 'a', { x: 1 }))).toMatchObject({
      kind: 'without a type',
      summary: '{"x":1}',
    });
  });
});

describe('RecommendationsPage', () => {
  it('groups by orchestrator or by type', async () => {
    await open();
    expect(groups()).toEqual(['orch-002 2', 'orch-001 1']);

    await click(byRole('button', 'By type'));
    expect(groups()).toEqual(['scale_up 2', 'shrink_cache 1']);
    expect(TestBed.inject(Router).url).toBe('/recommendations?group=kind');
  });

  it('requests open or dismissed ones', async () => {
    const controller = await open();
    await click(byRole('button', 'Dismissed'));

    const params = controller.take(API.listMessages).request.params;
    expect([params.get('message_type'), params.get('status')]).toEqual(['recommendation', 'dismissed']);
  });

  it('acknowledges one', async () => {
    const controller = await open();
    await click(byRole('button', 'Acknowledge recommendation 2'));

    const request = controller.take(API.setMessageStatus);
    expect(request.request.body).toEqual({ status: 'acknowledged' });
    await controller.reply(request, message());

    expect(groups()).toEqual(['orch-002 2']);
    expect(document.body.textContent).toContain('1 acknowledged.');
  });

  it('dismisses a selection, and lists failures', async () => {
    const controller = await open();
    await check('Select all of orch-002');
    expect(textOf(document.querySelector('[aria-label=Selection]') ?? undefined)).toContain('2 selected');
    await click(byRole('button', 'Dismiss selected'));

    const [first, second] = controller.takeAll(API.setMessageStatus);
    if (!first || !second) throw new Error('there are no two requests');
    await controller.reply(first, message());
    await controller.replyWithRefusal(second, 'conflict', { detail: 'It was acknowledged already.' });

    expect(document.body.textContent).toContain(
      '1 dismissed, 1 failed: It was acknowledged already. Request id req-42',
    );
  });

  it('shows new ones live', async () => {
    const controller = await open('', 'operator', []);
    expect(byRole('heading', 'No recommendations')).toBeDefined();

    await streamOf().tell(
      fleetEvent({ type: 'message.created', data: { id: 2, message_type: 'recommendation' } }),
    );
    await pass(1_000);
    await controller.answer(API.listMessages, page(THREE));

    expect(groups()).toEqual(['orch-002 2', 'orch-001 1']);
  });

  it('offers a viewer no actions', async () => {
    await open('', 'viewer');

    expect(queryByRole('button', 'Acknowledge recommendation 2')).toBeNull();
    expect(document.querySelector('input[type=checkbox]')).toBeNull();
    await click(byRole('button', 'The queue grows.'));
    expect(textOf()).toContain('"action": "scale_up"');
  });
});
