import { readFileSync } from 'node:fs';
import { EmbeddedPostgres, type EmbeddedAddress } from '@moolai/api';
import { ControllerProcess, freePort, newDataDir, TestOrchestrator, waitUntil } from '@moolai/testing';
import pg from 'pg';
import { databaseEnv } from '../support/command.js';
import { serverProcesses } from '../support/server-processes.js';

/** Too small for all data of this file together. */
const HEAP_MB = 192;
/** Heap, native memory of the sockets, and the program itself. */
const CEILING_MB = 600;
const BEATING = 600;
const SENDERS = 5;
/** With a large frame behind each registration they exceed the 64 MiB for registrations. */
const NEWCOMERS = 300;
const PER_SENDER = 120;
const LARGE = 250_000;

function peakMb(pid: number): number {
  const kb = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kb) / 1024);
}

describe('waiting data is limited in bytes', () => {
  const databaseDir = newDataDir();
  const dataDir = newDataDir();
  let connection: EmbeddedAddress;
  let postgres: EmbeddedPostgres;
  let controller: ControllerProcess;

  beforeAll(async () => {
    postgres = new EmbeddedPostgres({ dataDir: databaseDir, volatile: true });
    connection = await postgres.start();
    controller = new ControllerProcess(await freePort(), dataDir, {
      ...databaseEnv(connection),
      HEARTBEAT_INTERVAL_SEC: '60',
      HEARTBEAT_TTL_SEC: '600',
      NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}`,
    });
    await controller.untilHealthy();
  });

  afterAll(async () => {
    expect(controller.exit).toBeUndefined();
    await controller.stop();
    await postgres.stop();
  });

  async function enter(id: string): Promise<TestOrchestrator> {
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${controller.port}/ws`);
    await orchestrator.register(id);
    await orchestrator.next('provisioning');
    return orchestrator;
  }

  async function query<T extends pg.QueryResultRow>(statement: string): Promise<T[]> {
    const client = new pg.Client({ ...connection });
    await client.connect();
    try {
      return (await client.query<T>(statement)).rows;
    } finally {
      await client.end();
    }
  }

  it(`${BEATING} heartbeats with a health of 250 kB count, and their health is refused`, async () => {
    const numbers = Array.from({ length: BEATING }, (_, n) => n);
    const orchestrators: TestOrchestrator[] = [];
    while (orchestrators.length < BEATING) {
      const next = numbers.slice(orchestrators.length, orchestrators.length + 50);
      orchestrators.push(...(await Promise.all(next.map((n) => enter(`health-${n}`)))));
    }
    const before = await controller.api.listConnectedOrchestrators();
    const seenBefore = new Map(before.items.map((item) => [item.orchestrator_id, item.last_seen]));
    const health_status = { status: 'error', text: 'x'.repeat(LARGE) };
    for (const [n, orchestrator] of orchestrators.entries())
      orchestrator.beat(`health-${n}`, { health_status });
    for (const orchestrator of orchestrators) {
      await expect(orchestrator.next('error')).resolves.toEqual({
        type: 'error',
        code: 'invalid_message',
        detail: 'health_status must not be larger than 16384 bytes as JSON; the rest of the message counts',
      });
    }
    const { items } = await controller.api.listConnectedOrchestrators();
    expect(items).toHaveLength(BEATING);
    for (const { orchestrator_id, status, last_seen } of items) {
      expect(status).toBe('active');
      expect(Date.parse(last_seen ?? '')).toBeGreaterThan(Date.parse(seenBefore.get(orchestrator_id) ?? ''));
    }
    // The maximum size: all of them together are more than one statement should have.
    const largest = { status: 'degraded', text: 'x'.repeat(16_384 - 33) };
    for (const [n, orchestrator] of orchestrators.entries()) {
      orchestrator.beat(`health-${n}`, { health_status: largest });
    }
    await waitUntil('every health is stored', async () => {
      const [row] = await query<{ count: number }>(
        `SELECT count(*)::int FROM orchestrator_instances WHERE health_status ->> 'status' = 'degraded'`,
      );
      return row?.count === BEATING;
    });
    for (const orchestrator of orchestrators) {
      expect(orchestrator.inbox).toEqual([]);
      orchestrator.crash();
    }
    expect(peakMb(controller.pid)).toBeLessThan(CEILING_MB);
    process.stdout.write(`memory after ${BEATING} large heartbeats: at most ${peakMb(controller.pid)} MB\n`);
  });

  async function bufferFigure(name: string, buffer: string): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${controller.port}/metrics`)).text();
    return Number(new RegExp(`^moolai_buffer_${name}\\{buffer="${buffer}"\\} (\\d+)$`, 'm').exec(text)?.[1]);
  }

  function waitingBytes(buffer = 'inbox'): Promise<number> {
    return bufferFigure('bytes', buffer);
  }

  /** Sends recommendations and collects the answers. */
  class Sender {
    readonly stored = new Map<string, number>();
    retryAfterMs = 0;

    constructor(
      readonly id: string,
      private readonly orchestrator: TestOrchestrator,
    ) {}

    send(keys: string[]): void {
      const recommendation = { text: 'x'.repeat(LARGE) };
      for (const client_message_id of keys) {
        this.orchestrator.send({
          type: 'recommendation',
          orchestrator_id: this.id,
          client_message_id,
          recommendation,
        });
      }
    }

    /** Reads the received answers. */
    read(): this {
      for (const message of this.orchestrator.inbox.splice(0)) {
        if (message.type === 'received') this.stored.set(message.client_message_id, message.message_id);
        else if (message.type === 'error') {
          expect(message.code).toBe('rate_limited');
          this.retryAfterMs = message.retry_after_ms ?? 0;
        }
      }
      return this;
    }

    get isOpen(): boolean {
      return this.orchestrator.isOpen;
    }

    end(): void {
      this.orchestrator.crash();
    }
  }

  it(`${SENDERS} senders of large recommendations are asked to wait while the database stands still`, async () => {
    const keys = Array.from({ length: PER_SENDER }, (_, n) => `large-${n}`);
    const senders: Sender[] = [];
    for (let n = 0; n < SENDERS; n += 1) senders.push(new Sender(`sender-${n}`, await enter(`sender-${n}`)));
    const frozen = serverProcesses(databaseDir);
    for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    try {
      for (const sender of senders) sender.send(keys);
      await waitUntil(
        'each is asked to wait',
        () => senders.every((sender) => sender.read().retryAfterMs >= 5_000),
        30_000,
      );
      expect(await waitingBytes()).toBeLessThanOrEqual(64 * 1024 * 1024);
    } finally {
      for (const pid of frozen) process.kill(pid, 'SIGCONT');
    }
    await waitUntil('what was taken is stored or given up', async () => (await waitingBytes()) === 0, 60_000);
    const acknowledged = senders.map((sender) => new Map(sender.read().stored));
    for (const sender of senders) {
      const refused = keys.filter((key) => !sender.stored.has(key));
      while (refused.length > 0) {
        const some = refused.splice(0, 16);
        sender.send(some);
        await waitUntil('these are stored', () => some.every((key) => sender.read().stored.has(key)));
      }
    }
    const rows = await query<{ orchestrator_id: string; client_message_id: string; id: string }>(
      `SELECT orchestrator_id, client_message_id, id FROM orchestrator_messages
       WHERE length(message_content ->> 'text') = ${LARGE}`,
    );
    expect(rows).toHaveLength(SENDERS * PER_SENDER);
    for (const [n, stored] of acknowledged.entries()) {
      const own = new Map(
        rows
          .filter((row) => row.orchestrator_id === senders[n]?.id)
          .map((row) => [row.client_message_id, Number(row.id)]),
      );
      for (const [key, id] of stored) expect(own.get(key)).toBe(id);
      expect(own).toEqual(senders[n]?.stored);
      expect(senders[n]?.isOpen).toBe(true);
      senders[n]?.end();
    }
    expect(peakMb(controller.pid)).toBeLessThan(CEILING_MB);
    process.stdout.write(`memory with a frozen database: at most ${peakMb(controller.pid)} MB\n`);
  }, 180_000);

  it(`${NEWCOMERS} that send 250 kB behind their registration are asked to wait as well`, async () => {
    const url = `ws://127.0.0.1:${controller.port}/ws`;
    const newcomers = await Promise.all(
      Array.from({ length: NEWCOMERS }, () => TestOrchestrator.connect(url)),
    );
    const frozen = serverProcesses(databaseDir);
    for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    try {
      for (const [n, newcomer] of newcomers.entries()) {
        newcomer.send({ type: 'register', orchestrator_id: `newcomer-${n}` });
      }
      // After all registrations: the later ones would be refused as `busy`, because the first ones wait for too long.
      for (const [n, newcomer] of newcomers.entries()) {
        const recommendation = { text: 'x'.repeat(LARGE) };
        newcomer.send({ type: 'recommendation', orchestrator_id: `newcomer-${n}`, recommendation });
      }
      const refused = (): number =>
        newcomers.filter(({ inbox }) =>
          inbox.some((frame) => frame.type === 'error' && frame.code === 'rate_limited'),
        ).length;
      await waitUntil('the last ones are asked to wait', refused, 30_000);
      expect(await waitingBytes('registrations')).toBeLessThanOrEqual(
        await bufferFigure('limit_bytes', 'registrations'),
      );
    } finally {
      for (const pid of frozen) process.kill(pid, 'SIGCONT');
    }
    await waitUntil(
      'nothing is held any more',
      async () => (await waitingBytes('registrations')) === 0,
      60_000,
    );
    for (const newcomer of newcomers) newcomer.crash();
    expect(peakMb(controller.pid)).toBeLessThan(CEILING_MB);
  }, 180_000);
});
