import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AdminMessage } from '@moolai/contracts';
import type { Traced } from './continue-trace.js';
import { HandledMessages, type MessageOutcome } from './handled-messages.js';
import { MessageInbox } from './message-inbox.js';

/** What a message is answered with. */
function answerOf(inbox: MessageInbox, message: AdminMessage): Promise<Traced<MessageOutcome>> {
  return new Promise((resolve) => inbox.receive(message, resolve));
}

async function outcomeOf(inbox: MessageInbox, message: AdminMessage): Promise<MessageOutcome> {
  return (await answerOf(inbox, message)).outcome;
}

describe('MessageInbox', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'message-inbox-'));
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it('notes what became of a message before it answers: killed in between, it is not handled again', async () => {
    const path = join(directory, 'handled.jsonl');
    const handled = new HandledMessages({ maxEntries: 10, path, onProblem: () => undefined });
    const inbox = new MessageInbox({ handle: () => undefined, handled });
    const message: AdminMessage = {
      type: 'message',
      message_id: 7,
      message_type: 'note',
      message_content: {},
    };
    const atAnswer = await new Promise<string>((resolve) => {
      inbox.receive(message, () => resolve(readFileSync(path, 'utf8')));
    });
    expect(JSON.parse(atAnswer)).toMatchObject({ status: 'delivered' });
  });

  it('answers also when that cannot be noted, and says so', async () => {
    const path = join(directory, 'deep', 'handled.jsonl');
    const problems: string[] = [];
    const handled = new HandledMessages({
      maxEntries: 10,
      path,
      onProblem: (error) => problems.push(error.path),
    });
    rmSync(join(directory, 'deep'), { recursive: true });
    const inbox = new MessageInbox({ handle: () => undefined, handled });
    const message: AdminMessage = {
      type: 'message',
      message_id: 7,
      message_type: 'note',
      message_content: {},
    };
    const outcome = await outcomeOf(inbox, message);
    expect(outcome).toEqual({ status: 'delivered' });
    expect(problems).toEqual([path]);
  });

  it('survives a message that is nested without end', async () => {
    const handled = new HandledMessages({ maxEntries: 10, onProblem: () => undefined });
    const inbox = new MessageInbox({ handle: () => undefined, handled });
    const levels = 50_000;
    const text = `{"message_id":7,"message_type":"note","message_content":${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}}`;
    const message = JSON.parse(text) as AdminMessage;
    await expect(outcomeOf(inbox, message)).resolves.toEqual({
      status: 'delivered',
    });
  });

  it('answers within the trace that a message came with, each time anew, and keeps none of it', async () => {
    const path = join(directory, 'handled.jsonl');
    const handled = new HandledMessages({ maxEntries: 10, path, onProblem: () => undefined });
    const inbox = new MessageInbox({ handle: () => undefined, handled });
    const trace = '00-0af7651916cd43dd8448eb211c80319c';
    const message: AdminMessage = {
      type: 'message',
      message_id: 7,
      message_type: 'note',
      message_content: {},
    };
    // Without an SDK in the process it is handed back as it came.
    for (const traceparent of [`${trace}-b7ad6b7169203331-01`, `${trace}-00f067aa0ba902b7-01`]) {
      const answer = await answerOf(inbox, { ...message, traceparent });
      expect(answer).toEqual({ outcome: { status: 'delivered' }, traceparent });
    }
    for (const traceparent of ['nonsense', 7 as unknown as string]) {
      const answer = await answerOf(inbox, { ...message, traceparent });
      expect(answer).toEqual({ outcome: { status: 'delivered' } });
    }
    expect(readFileSync(path, 'utf8')).not.toContain(trace);
  });
});
