import { appendFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '@moolai/testing';
import { StateError } from './state-error.js';
import { Child } from './testing/child-process.js';
import { ClientBench } from './testing/client-bench.js';
import { accepted, type ScriptedController } from './testing/scripted-controller.js';

const KILLS = 5;

describe('the queue on disk', () => {
  let bench: ClientBench;
  let controller: ScriptedController;
  let path: string;

  beforeEach(async () => {
    bench = await ClientBench.open();
    ({ controller } = bench);
    path = join(bench.directory(), 'deep', 'queue.jsonl');
  });

  afterEach(() => bench.dispose());

  /** Queues messages with a client that never reaches a controller. */
  async function queueOffline(...ids: string[]): Promise<void> {
    const client = bench.client({ queue: { path } });
    await Promise.all(ids.map((id) => client.recommend({ id }, id).queued));
    await client.stop();
  }

  async function deliverAll(): Promise<void> {
    const client = bench.start({ queue: { path, maxEntries: 100_000 } });
    await waitUntil('all is stored', () => client.isConnected && client.queuedCount === 0);
    await client.stop();
  }

  it('is sent by the next process in order, and then removed', async () => {
    await queueOffline('a', 'b', 'c');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const client = bench.client({ queue: { path } });
    const received: string[] = [];
    client.on('received', (id) => received.push(id));
    client.start();
    await client.recommend({}, 'd');
    await client.stop();
    expect(controller.queuedIds).toEqual(['a', 'b', 'c', 'd']);
    expect(received).toEqual(['a', 'b', 'c', 'd']);
    await deliverAll();
    expect(controller.queuedIds).toHaveLength(4);
  });

  it('returns the submission that an earlier process queued under the same id', async () => {
    await queueOffline('a');
    const client = bench.client({ queue: { path } });
    const submission = client.recommend({}, 'a');
    await submission.queued;
    client.start();
    await expect(submission).resolves.toEqual({ messageId: 0 });
    expect(controller.queuedIds).toEqual(['a']);
  });

  it('keeps every message reported as queued when the process is killed at any moment', async () => {
    const told: string[][] = [];
    controller.answerQueued = () => [];
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const own = `${path}.${kill}`;
      const child = new Child('queueing-child.ts', [own, controller.url]);
      const enough = 10 + Math.floor(Math.random() * 200);
      await waitUntil('it has queued some', () => child.lines.length >= enough);
      child.kill();
      expect(await child.ended).toBe('SIGKILL');
      told.push([...child.lines]);
    }
    controller.answerQueued = (message) => [controller.store(message)];
    for (const [index, ids] of told.entries()) {
      controller.stored.length = 0;
      const client = bench.start({ queue: { path: `${path}.${index + 1}`, maxEntries: 100_000 } });
      await waitUntil('all is stored', () => client.isConnected && client.queuedCount === 0);
      await client.stop();
      expect(ids.length).toBeGreaterThanOrEqual(10);
      expect(ids.filter((id) => !controller.stored.includes(id))).toEqual([]);
      const numbers = controller.stored.map((id) => Number(id.slice(2)));
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    }
  }, 60_000);

  it.each([
    ['an incomplete line', '{"type":"recommendation","client_mess'],
    ['an incomplete character', Buffer.from('{"type":"é').subarray(0, 10)],
    ['unrelated content', '\u0000\u0000\u0000'],
  ])('is read up to %s at its end, and appended to after it', async (_, end) => {
    await queueOffline('a', 'b');
    appendFileSync(path, end);
    await queueOffline('c');
    await deliverAll();
    expect(controller.stored).toEqual(['a', 'b', 'c']);
  });

  it('stays small however many messages pass through it', async () => {
    const client = bench.start({ queue: { path } });
    const padding = 'x'.repeat(50_000);
    let largest = 0;
    for (let number = 1; number <= 60; number += 1) {
      const submission = client.recommend({ padding });
      await Promise.all([submission, submission.queued]);
      largest = Math.max(largest, statSync(path).size);
    }
    expect(largest).toBeGreaterThan(100_000);
    expect(largest).toBeLessThan(600_000);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('keeps waiting messages when compacted', async () => {
    controller.answerQueued = (message) =>
      message.client_message_id === 'waits' ? [] : [controller.store(message)];
    const client = bench.start({ queue: { path } });
    void client.recommend({}, 'waits');
    const padding = 'x'.repeat(100_000);
    for (let number = 1; number <= 10; number += 1) await client.recommend({ padding });
    await client.stop();
    expect(statSync(path).size).toBeLessThan(600_000);
    controller.answerQueued = (message) => [controller.store(message)];
    await deliverAll();
    expect(controller.stored).toContain('waits');
  });

  it('refuses a file of another orchestrator', async () => {
    await queueOffline('a');
    expect(() => bench.client({ orchestratorId: 'orch-2', queue: { path } })).toThrow(StateError);
    expect(() => bench.client({ orchestratorId: 'orch-2', queue: { path } })).toThrow(/"orch-1"/);
  });

  it('must be usable before a submission is accepted', () => {
    writeFileSync(join(bench.directory(), 'file'), '');
    const inFile = join(bench.directory(), 'file', 'queue.jsonl');
    writeFileSync(join(inFile, '..'), '');
    expect(() => bench.client({ queue: { path: inFile } })).toThrow(StateError);
  });

  it('does not report a message as queued that could not be written, sends it anyway, and recovers', async () => {
    const client = bench.client({ queue: { path } });
    const directory = join(path, '..');
    rmSync(directory, { recursive: true });
    writeFileSync(directory, '');
    const lost = client.recommend({}, 'a');
    await expect(lost.queued).rejects.toBeInstanceOf(StateError);
    expect(bench.problems).toContain('state');
    rmSync(directory);
    await queueOffline();
    await client.recommend({}, 'b').queued;
    // The failed write was repeated.
    expect(readFileSync(path, 'utf8')).toContain('"client_message_id":"a"');
    client.start();
    await expect(lost).resolves.toEqual({ messageId: 0 });
  });

  it('does not keep the process of a stopped client alive, nor do pending promises', async () => {
    controller.answerQueued = () => [];
    controller.answer = (id) => [
      accepted(id),
      { type: 'provisioning', orchestrator_id: id, config_version: 1, config_hash: 'h', config: {} },
    ];
    const stateDir = bench.directory();
    const child = new Child('stopping-child.ts', [stateDir, controller.url]);
    expect(await child.ended).toBe(0);
    expect(child.lines).toEqual(['stopped']);
    controller.answerQueued = (message) => [controller.store(message)];
    const client = bench.start({ stateDir });
    await waitUntil('the rest is stored', () => controller.stored.length === 3);
    expect(
      controller
        .ofType('monitoring')
        .slice(-3)
        .map(({ metrics }) => metrics['number']),
    ).toEqual([7, 8, 9]);
    await client.stop();
  });
});
