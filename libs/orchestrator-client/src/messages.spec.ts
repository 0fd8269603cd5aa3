import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { AdminMessage } from '@moolai/contracts';
import { waitUntil } from '@moolai/testing';
import { ClientBench } from './testing/client-bench.js';
import { Gate } from './testing/gate.js';
import type { ScriptedController } from './testing/scripted-controller.js';

function message(id: number, content: Record<string, number> = { a: 1, b: 2 }): AdminMessage {
  return { type: 'message', message_id: id, message_type: 'note', message_content: content };
}

/** A message handler whose calls finish when the test says so. */
class Handler {
  readonly begun: number[] = [];
  private readonly gates = new Map<number, Gate>();

  readonly handle = ({ message_id }: AdminMessage): Promise<void> => {
    this.begun.push(message_id);
    return this.gate(message_id).opened;
  };

  finish(id: number): void {
    this.gate(id).open();
  }

  private gate(id: number): Gate {
    const gate = this.gates.get(id) ?? new Gate();
    this.gates.set(id, gate);
    return gate;
  }
}

describe('a message', () => {
  let bench: ClientBench;
  let controller: ScriptedController;
  const handled: number[] = [];
  const note = ({ message_id }: AdminMessage): void => void handled.push(message_id);

  beforeEach(async () => {
    bench = await ClientBench.open();
    ({ controller } = bench);
    handled.length = 0;
  });

  afterEach(() => bench.dispose());

  function acknowledgements(): string[] {
    return controller
      .ofType('message_ack')
      .map(({ message_id, status, detail }) => `${message_id} ${status}${detail ? ` ${detail}` : ''}`);
  }

  /** A message whose acknowledgement shows that everything before it was read. */
  function marker(): object[] {
    return [
      { type: 'config_update', orchestrator_id: 'orch-1', config_version: 1, config_hash: 'h', config: {} },
    ];
  }

  async function connected(options: Parameters<ClientBench['start']>[0]) {
    const client = bench.start(options);
    await waitUntil('it is connected', () => client.isConnected);
    return client;
  }

  it('is acknowledged as delivered, or as failed with the reason', async () => {
    await connected({
      onMessage: ({ message_id }) => {
        if (message_id === 2) throw new Error('not today');
      },
    });
    controller.send(message(1), message(2));
    await waitUntil('both are acknowledged', () => acknowledgements().length === 2);
    expect(acknowledgements()).toEqual(['1 delivered', '2 failed not today']);
  });

  it('is handled after all earlier ones are done', async () => {
    const handler = new Handler();
    await connected({ onMessage: handler.handle });
    controller.send(message(1), message(2), message(3));
    handler.finish(2);
    await waitUntil('the first one begins', () => handler.begun.length > 0);
    await waitUntil('it sends a heartbeat meanwhile', () => controller.ofType('i_am_alive').length > 1);
    expect(handler.begun).toEqual([1]);
    handler.finish(3);
    handler.finish(1);
    await waitUntil('all are acknowledged', () => acknowledgements().length === 3);
    expect(acknowledgements()).toEqual(['1 delivered', '2 delivered', '3 delivered']);
  });

  it('that arrives again gets the same answer and is not handled again', async () => {
    await connected({
      onMessage: (one) => {
        note(one);
        if (one.message_id === 2) throw new Error('not today');
      },
    });
    controller.send(message(1), message(2));
    await waitUntil('both are acknowledged', () => acknowledgements().length === 2);
    controller.send(message(2), message(1));
    await waitUntil('all are acknowledged', () => acknowledgements().length === 4);
    expect(acknowledgements()).toEqual([
      '1 delivered',
      '2 failed not today',
      '2 failed not today',
      '1 delivered',
    ]);
    expect(handled).toEqual([1, 2]);
  });

  it('that arrives again while it waits or is handled is not queued twice', async () => {
    const handler = new Handler();
    await connected({ onMessage: handler.handle });
    controller.send(message(1), message(2), message(1), message(2), message(3), ...marker());
    await waitUntil('all came', () => controller.ofType('config_ack').length === 1);
    for (const id of [1, 2, 3]) handler.finish(id);
    await waitUntil('the last one is acknowledged', () => acknowledgements().includes('3 delivered'));
    expect(handler.begun).toEqual([1, 2, 3]);
    expect(acknowledgements()).toEqual(['1 delivered', '2 delivered', '3 delivered']);
  });

  it('that was handled while the connection was lost is acknowledged when it arrives again', async () => {
    const handler = new Handler();
    const client = await connected({ onMessage: handler.handle });
    controller.send(message(1), message(2));
    await waitUntil('the first one begins', () => handler.begun.length > 0);
    controller.cut();
    await waitUntil('it is connected again', () => controller.sockets.length === 2 && client.isConnected);
    handler.finish(1);
    await waitUntil('the second one begins', () => handler.begun.length === 2);
    // It did not arrive on this connection: the controller has not sent it again yet.
    expect(acknowledgements()).toEqual([]);
    controller.send(message(1), message(2), message(3), ...marker());
    await waitUntil('all arrived again', () => controller.ofType('config_ack').length === 1);
    handler.finish(2);
    handler.finish(3);
    await waitUntil('all are acknowledged', () => acknowledgements().length === 3);
    expect(acknowledgements()).toEqual(['1 delivered', '2 delivered', '3 delivered']);
    expect(handler.begun).toEqual([1, 2, 3]);
  });

  it('is not handled again by the next process, which gives the same answer', async () => {
    const stateDir = bench.directory();
    const first = await connected({
      stateDir,
      onMessage: ({ message_id }) => {
        if (message_id === 2) throw new Error('not today');
      },
    });
    controller.send(message(1), message(2));
    await waitUntil('both are acknowledged', () => acknowledgements().length === 2);
    // Written before the acknowledgement, so a crash at any point is safe.
    const path = join(stateDir, 'handled-messages.jsonl');
    expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(2);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await first.stop();
    await connected({ stateDir, onMessage: note });
    controller.send(message(2), message(1), message(3));
    await waitUntil('all are acknowledged', () => acknowledgements().length === 5);
    expect(acknowledgements().slice(2)).toEqual(['2 failed not today', '1 delivered', '3 delivered']);
    expect(handled).toEqual([3]);
  });

  it('is recognized whatever order the database gives its keys', async () => {
    await connected({ onMessage: note });
    controller.send(message(1, { a: 1, b: 2 }));
    await waitUntil('it is acknowledged', () => acknowledgements().length === 1);
    controller.send(message(1, { b: 2, a: 1 }));
    await waitUntil('it is acknowledged again', () => acknowledgements().length === 2);
    expect(handled).toEqual([1]);
  });

  it('is new if its id is known but its content is not: the controller started counting again', async () => {
    await connected({ onMessage: note });
    controller.send(message(1), message(1, { a: 2 }));
    await waitUntil('both are acknowledged', () => acknowledgements().length === 2);
    expect(handled).toEqual([1, 1]);
  });

  it('is forgotten after many newer ones', async () => {
    await connected({ onMessage: note, rememberedMessages: 2 });
    controller.send(message(1), message(2), message(3));
    await waitUntil('all are handled', () => acknowledgements().length === 3);
    controller.send(message(2), message(1));
    await waitUntil('all are acknowledged', () => acknowledgements().length === 5);
    expect(handled).toEqual([1, 2, 3, 1]);
  });

  it('that waits when the client stops is left to the next start', async () => {
    const handler = new Handler();
    const client = await connected({ onMessage: handler.handle });
    controller.send(message(1), message(2));
    await waitUntil('the first one begins', () => handler.begun.length > 0);
    await client.stop();
    handler.finish(1);
    client.start();
    await waitUntil('it is connected again', () => client.isConnected);
    expect(handler.begun).toEqual([1]);
    controller.send(message(1), message(2));
    handler.finish(2);
    await waitUntil('both are acknowledged', () => acknowledgements().length === 2);
    expect(handler.begun).toEqual([1, 2]);
  });

  it('is ignored by a client without a handler', async () => {
    await connected({});
    controller.send(message(1));
    await waitUntil('it beats', () => controller.ofType('i_am_alive').length > 1);
    expect(controller.ofType('register')[0]?.capabilities).toEqual([]);
    expect(acknowledgements()).toEqual([]);
  });
});
