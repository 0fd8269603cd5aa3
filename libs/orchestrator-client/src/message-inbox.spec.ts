import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AdminMessage } from '@moolai/contracts';
import { HandledMessages } from './handled-messages.js';
import { MessageInbox } from './message-inbox.js';

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
    const outcome = await new Promise((resolve) => inbox.receive(message, resolve));
    expect(outcome).toEqual({ status: 'delivered' });
    expect(problems).toEqual([path]);
  });

  it('survives a message that is nested without end', async () => {
    const handled = new HandledMessages({ maxEntries: 10, onProblem: () => undefined });
    const inbox = new MessageInbox({ handle: () => undefined, handled });
    const levels = 50_000;
    const text = `{"message_id":7,"message_type":"note","message_content":${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}}`;
    const message = JSON.parse(text) as AdminMessage;
    await expect(new Promise((resolve) => inbox.receive(message, resolve))).resolves.toEqual({
      status: 'delivered',
    });
  });
});
