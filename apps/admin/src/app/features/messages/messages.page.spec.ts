import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import type { Message, Role } from '@moolai/contracts';
import { message, page, storedSession, user } from '../../../testing/builders';
import type { FakeController } from '../../../testing/fake-controller';
import { editorArea } from '../../../testing/fake-editor';
import { fleetEvent } from '../../../testing/fake-stream';
import { choose, click, enter, openDialog, pass, settle } from '../../../testing/gestures';
import { openPage, streamOf } from '../../../testing/open-page';
import { byRole, fieldLabelled, queryByRole, textOf } from '../../../testing/queries';
import { API } from '../../core/http/api-operations';
import { Shell } from '../../shell/shell';
import { messagesRoutes } from './messages.routes';

const ROUTES = [{ path: '', component: Shell, children: [{ path: 'messages', children: messagesRoutes }] }];
const FAILED = message({ id: 2, status: 'failed', failure_reason: 'Unknown type.', attempts: 3 });
const TWO = [FAILED, message()];

interface Opening {
  readonly url?: string;
  readonly role?: Role;
  readonly items?: Message[];
}

async function open({ url = '', role = 'operator', items = TWO }: Opening = {}): Promise<FakeController> {
  const controller = await openPage(ROUTES, `/messages${url}`, storedSession({ user: user({ role }) }));
  await streamOf().ready(true);
  await controller.answer(API.listMessages, page(items, { page_size: 50 }));
  await controller.answer(API.listOrganizations, page([]));
  return controller;
}

function address(): string {
  return TestBed.inject(Router).url;
}

describe('MessagesPage', () => {
  it('shows each message with its status, and why it failed', async () => {
    await open();

    expect(textOf(byRole('row', 'Message 2'))).toBe(
      'cache.flush #2 Unknown type. Failed To orch-001 3 1 minute ago 1 minute ago ada@example.com',
    );
  });

  it('updates a status in place, and counts new messages instead of moving rows', async () => {
    const controller = await open();

    const data = { id: 1, status: 'delivered', attempts: 1, failure_reason: null } as const;
    await streamOf().tell(
      fleetEvent({ type: 'message.status', data }),
      fleetEvent({ type: 'message.created', data: { id: 3, status: 'pending' } }),
    );
    expect(textOf(byRole('row', 'Message 1'))).toContain('Delivered');

    await click(byRole('button', '1 new'));
    await controller.answer(API.listMessages, page([message({ id: 3 }), ...TWO]));
    expect(byRole('row', 'Message 3')).toBeDefined();
  });

  it('keeps filters and order in the URL, and requests them from the controller', async () => {
    const controller = await open();

    await choose(document.querySelector('[aria-label=Status]') as HTMLSelectElement, 'failed');
    await click(byRole('button', 'Created'));

    expect(address()).toBe('/messages?status=failed&sort=-created_at');
    const asked = controller.takeAll(API.listMessages).at(-1)?.request.params;
    expect([asked?.get('status'), asked?.get('sort')]).toEqual(['failed', '-created_at']);
  });

  it('shows a message beside the list, with its content, at its own URL', async () => {
    const controller = await open();

    await click(byRole('button', /#1$/));
    await controller.answer(API.getMessage, message());

    expect(address()).toBe('/messages?selected=1');
    expect(textOf(document.querySelector('mc-side-panel') ?? undefined)).toContain('"scope": "all"');
    await click(byRole('button', 'Close'));
    expect(address()).toBe('/messages');
  });

  it('cancels one that was not sent yet', async () => {
    const controller = await open({ url: '?selected=1' });
    await controller.answer(API.getMessage, message());

    await click(byRole('button', 'Cancel the message'));
    const request = controller.take(API.setMessageStatus);
    expect(request.request.body).toEqual({ status: 'cancelled' });
    await controller.reply(request, message({ status: 'cancelled' }));

    expect(textOf(byRole('row', 'Message 1'))).toContain('Cancelled');
    expect(queryByRole('button', 'Cancel the message')).toBeNull();
  });

  it('reports that it was sent in the meantime', async () => {
    const controller = await open({ url: '?selected=1' });
    await controller.answer(API.getMessage, message());

    await click(byRole('button', 'Cancel the message'));
    await controller.refuse(API.setMessageStatus, 'conflict', { detail: 'It was sent already.' });
    await controller.answer(API.getMessage, message({ status: 'sent' }));

    expect(textOf(byRole('alert'))).toContain('It was sent already.');
    expect(queryByRole('button', 'Cancel the message')).toBeNull();
  });

  it('sends a message, and shows it', async () => {
    const controller = await open({ url: '?orchestrator_id=orch-001' });
    await click(byRole('button', 'Send a message'));
    await pass(50);
    controller.takeAll(API.listOrchestrators);
    await enter(fieldLabelled('Type'), 'cache.flush');
    await enter(editorArea(), '{"scope":"all"}');
    await choose(document.querySelector('#send-expiry') as HTMLSelectElement, '3600');
    await click(byRole('button', 'Send'));

    const request = controller.take(API.sendMessage);
    expect(request.request.body).toEqual({
      message_type: 'cache.flush',
      message_content: { scope: 'all' },
      expires_in_sec: 3600,
    });
    await controller.reply(request, message({ id: 9 }));
    await pass(1_000);
    expect(address()).toContain('selected=9');
  });

  it('uses one key per message until it is stored, and another key for another message', async () => {
    const controller = await open({ url: '?orchestrator_id=orch-001' });
    await click(byRole('button', 'Send a message'));
    await pass(50);
    controller.takeAll(API.listOrchestrators);
    await enter(fieldLabelled('Type'), 'cache.flush');
    const tries: (string | null)[] = [];
    for (const text of ['{"n":1}', '{"n":1}', '{"n":2}']) {
      await enter(editorArea(), text);
      await click(byRole('button', /^(Send|Retry)$/));
      const request = controller.take(API.sendMessage);
      tries.push(request.request.headers.get('Idempotency-Key'));
      await controller.replyWithRefusal(request, 'unavailable');
    }

    expect(tries[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(tries[1]).toBe(tries[0]);
    expect(tries[2]).not.toBe(tries[0]);
  });

  it('refuses invalid JSON', async () => {
    const controller = await open({ url: '?orchestrator_id=orch-001' });
    await click(byRole('button', 'Send a message'));
    await pass(50);
    controller.takeAll(API.listOrchestrators);
    await enter(fieldLabelled('Type'), 'cache.flush');
    await enter(editorArea(), '{"scope":');

    expect((byRole('button', 'Send') as HTMLButtonElement).disabled).toBe(true);
  });

  it('offers a viewer no forbidden action', async () => {
    const controller = await open({ role: 'viewer', url: '?selected=1' });
    await controller.answer(API.getMessage, message());

    expect(queryByRole('button', 'Send a message')).toBeNull();
    expect(queryByRole('button', 'Cancel the message')).toBeNull();
  });

  it('says what to do if there is none, and if none matches', async () => {
    const controller = await open({ items: [] });
    expect(byRole('heading', 'No messages yet')).toBeDefined();

    await choose(document.querySelector('[aria-label=Status]') as HTMLSelectElement, 'failed');
    await controller.answer(API.listMessages, page([]));
    await settle();
    expect(byRole('heading', 'No matching messages')).toBeDefined();
  });

  it('shows why the list cannot be loaded', async () => {
    const controller = await openPage(ROUTES, '/messages', storedSession());
    await streamOf().ready(true);
    await controller.refuse(API.listMessages, 'unavailable', { detail: 'The database is away.' });

    expect(textOf(byRole('alert'))).toContain('The database is away.');
    expect(textOf(byRole('alert'))).toContain('req-42');
  });

  it('cancels the selection, and shows the result of each', async () => {
    const items = [message({ id: 3 }), FAILED, message()];
    const controller = await open({ items });
    expect(queryByRole('row', 'Message 2')?.querySelector('input')).toBeNull();
    await click(byRole('row', 'Message 1').querySelector('input') as HTMLElement);
    await click(byRole('row', 'Message 3').querySelector('input') as HTMLElement);
    expect(address()).toBe('/messages?marked=1,3');

    await openDialog(byRole('button', 'Cancel messages'));
    const dialog = document.querySelector('mat-dialog-container') as HTMLElement;
    expect(textOf(dialog)).toContain('Cancel messages: 2 messages 1 3');
    await click(byRole('button', 'Cancel messages', dialog));
    const [first, second] = controller.takeAll(API.setMessageStatus);
    if (!first || !second) throw new Error('both are cancelled');
    expect(first.request.body).toEqual({ status: 'cancelled' });
    await controller.reply(first, message({ status: 'cancelled' }));
    await controller.replyWithRefusal(second, 'conflict', { detail: 'It was sent already.' });
    await pass(200);

    expect(textOf(dialog)).toContain('1 cancelled, 1 failed.');
    await click(byRole('button', 'Done', dialog));
    await pass(500);
    await controller.answer(API.listMessages, page(items));
    expect(address()).toBe('/messages');
  });

  it('cancels all pending ones that match, on all pages', async () => {
    const controller = await openPage(
      ROUTES,
      '/messages?status=pending&search=cache&marked=1',
      storedSession({ user: user({ role: 'operator' }) }),
    );
    await controller.answer(API.listMessages, page([message()], { total: 51, page_size: 50 }));
    await click(byRole('button', 'Select all 51 matches'));
    await openDialog(byRole('button', 'Cancel messages'));
    const dialog = document.querySelector('mat-dialog-container') as HTMLElement;
    await enter(fieldLabelled('Type 51 to confirm'), '51');
    await click(byRole('button', 'Cancel messages', dialog));

    const asked = controller.take(API.listMessages);
    expect(['status', 'search', 'page_size'].map((name) => asked.request.params.get(name))).toEqual([
      'pending',
      'cache',
      '200',
    ]);
    await controller.reply(asked, page([message(), message({ id: 9 })]));
    const cancelled = controller.takeAll(API.setMessageStatus).map(({ request }) => request.url);
    expect(cancelled.map((url) => url.split('/').at(-2))).toEqual(['1', '9']);
  });

  it('allows no selection without permission to cancel', async () => {
    await open({ role: 'viewer', url: '?marked=1' });

    expect(document.querySelector('[role=table] input')).toBeNull();
    expect(queryByRole('region', 'Selection')).toBeNull();
  });
});
