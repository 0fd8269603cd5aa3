import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AdminMessage } from '@moolai/contracts';
import type { Traced } from './continue-trace.js';
import { HandledMessages, type MessageOutcome } from './handled-messages.js';
import { MessageInbox } from './message-inbox.js';

/** Resolves with the answer to a message. */
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

  it('records the outcome of a message before answering, so that a kill in between does not repeat the handler', async () => {
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

  it('answers even if the outcome cannot be recorded, and reports the problem', async () => {
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

  it('survives a message with extreme nesting', async () => {
    const handled = new HandledMessages({ maxEntries: 10, onProblem: () => undefined });
    const inbox = new MessageInbox({ handle: () => undefined, handled });
    const levels = 50_000;
    const text = `{"message_id":7,"message_type":"note","message_content":${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}}`;
    const message = JSON.parse(text) as AdminMessage;
    await expect(outcomeOf(inbox, message)).resolves.toEqual({
      status: 'delivered',
    });
  });

  it('answers with the trace of the message, which is not stored', async () => {
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
    // Without an SDK in the process, the trace is returned unchanged.
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
