import { join } from 'node:path';
import { createDataSource } from '@moolai/api';
import type { AdminMessage, Message } from '@moolai/contracts';
import { OrchestratorClient } from '@moolai/orchestrator-client';
import {
  ControllerProcess,
  freePort,
  newDataDir,
  TestDatabase,
  TestOrchestrator,
  waitUntil,
} from '@moolai/testing';
import { databaseEnv, runCommand } from '../support/command.js';
import { lockRows } from '../support/row-lock.js';

const LAST_OF_32_BITS = 2 ** 31 - 1;
const WIDENING = 'WideMessageIds1765500000000';

/** A controller process with its own database. */
class Bench {
  readonly dataDir = newDataDir();
  private readonly controllers: ControllerProcess[] = [];

  constructor(readonly database: TestDatabase) {}

  async start(env: Record<string, string> = {}): Promise<ControllerProcess> {
    const password = { SUPERADMIN_PASSWORD: 'a password of tests' };
    const settings = { ...databaseEnv(this.database.connection), LOG_FORMAT: 'json', ...password, ...env };
    const controller = new ControllerProcess(await freePort(), this.dataDir, settings);
    this.controllers.push(controller);
    await controller.untilHealthy();
    return controller;
  }

  async stop(controller: ControllerProcess): Promise<void> {
    if (!controller.exit) controller.signal('SIGTERM');
    await controller.untilExit();
  }

  async dispose(): Promise<void> {
    for (const controller of this.controllers) await this.stop(controller);
    await this.database.drop();
  }
}

async function post(
  { port }: ControllerProcess,
  id: string,
): Promise<{ status: number; retryAfter: string | null; message: Message | undefined }> {
  const url = `http://127.0.0.1:${port}/api/v1/internal/orchestrators/${id}/messages`;
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: 'Bearer fake-dev-token', 'content-type': 'application/json' },
    body: JSON.stringify({ message_type: 'order', message_content: {} }),
  });
  const { data } = (await response.json()) as { data?: Message };
  return { status: response.status, retryAfter: response.headers.get('retry-after'), message: data };
}

function clientOf(
  { port }: ControllerProcess,
  orchestratorId: string,
  onMessage: (message: AdminMessage) => void = () => undefined,
): OrchestratorClient {
  const client = new OrchestratorClient({ url: `ws://127.0.0.1:${port}/ws`, orchestratorId, onMessage });
  client.start();
  return client;
}

describe('message ids', () => {
  let bench: Bench;

  afterEach(() => bench.dispose());

  it('continue beyond 2^31: posts, deliveries, reports with costs, and requests by id', async () => {
    bench = new Bench(await TestDatabase.create());
    const controller = await bench.start();
    await bench.database.query(`SELECT setval('orchestrator_messages_id_seq', ${LAST_OF_32_BITS - 3})`);
    const received: number[] = [];
    const client = clientOf(controller, 'wide', ({ message_id }) => received.push(message_id));
    const receipts = [];
    for (let n = 0; n < 4; n += 1) {
      receipts.push(await client.recommend({ n }));
      receipts.push(
        await client.report({ metrics: { n }, usage: [{ model: 'm', requests: 1, cost_usd: 0.1 }] }),
      );
    }
    const posted = [];
    for (let n = 0; n < 3; n += 1) posted.push(await post(controller, 'wide'));
    expect(posted.map(({ status }) => status)).toEqual([201, 201, 201]);
    const ids = posted.map(({ message }) => message?.id ?? 0);
    expect(receipts.map(({ messageId }) => messageId).concat(ids)).toEqual(
      Array.from({ length: 11 }, (_, n) => LAST_OF_32_BITS - 2 + n),
    );
    for (const id of ids) {
      await waitUntil('it is delivered', async () => {
        return (await controller.api.getMessage(id)).status === 'delivered';
      });
    }
    expect(received).toEqual(ids);
    const { items } = await controller.api.listMessages({ sort: '-id' });
    expect(items[0]?.id).toBe(ids.at(-1));
    const usage = await bench.database.query('SELECT 1 FROM usage_entries WHERE message_id > 2147483647');
    expect(usage.length).toBeGreaterThan(0);
    const beyond = await controller.fetch('/api/v1/internal/messages/9007199254740992', 'fake-dev-token');
    expect(beyond?.status).toBe(400);
    const none = await controller.fetch('/api/v1/internal/messages/9007199254740991', 'fake-dev-token');
    expect(none?.status).toBe(404);
    await client.stop();
  });

  it('that the database refuses to assign answer 503, and no message is lost', async () => {
    bench = new Bench(await TestDatabase.create());
    const controller = await bench.start();
    const client = clientOf(controller, 'kept');
    await client.recommend({ first: true });
    const raw = await TestOrchestrator.connect(`ws://127.0.0.1:${controller.port}/ws`);
    await raw.register('raw');
    const { database } = bench;
    await database.query(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = TG_ARGV[0]; END $$`,
    );
    const by = (code: string): [string, string] => [
      `CREATE TRIGGER refuse BEFORE INSERT ON orchestrator_messages
       FOR EACH STATEMENT EXECUTE FUNCTION refuse('${code}')`,
      'DROP TRIGGER refuse ON orchestrator_messages',
    ];
    const refusals: [string, string][] = [
      [
        `SELECT setval('orchestrator_messages_id_seq', 9223372036854775807)`,
        `SELECT setval('orchestrator_messages_id_seq', 1000)`,
      ],
      // As after a move without the sequences.
      [
        `INSERT INTO orchestrator_messages (id, orchestrator_id, message_type, message_content, status)
         SELECT s.last_value + n, 'raw', 'by-hand', '{}', 'cancelled'
         FROM orchestrator_messages_id_seq AS s, generate_series(1, 2000) AS n`,
        `SELECT setval('orchestrator_messages_id_seq', max(id)) FROM orchestrator_messages`,
      ],
      // A full disk, a read-only server, an unreadable file, a corrupt index.
      by('53100'),
      by('25006'),
      by('58030'),
      by('XX002'),
    ];
    const kept = [];
    for (const [n, [refuse, allow]] of refusals.entries()) {
      await database.query(refuse);
      await expect(post(controller, 'raw')).resolves.toMatchObject({ status: 503, retryAfter: '5' });
      raw.send({
        type: 'recommendation',
        orchestrator_id: 'raw',
        client_message_id: `r-${n}`,
        recommendation: { n },
      });
      kept.push(client.recommend({ n }));
      await waitUntil('the refusal is in the log', () => {
        const lines = controller.output.split('\n').filter((line) => line.includes('could not be stored'));
        return lines.length > 2 * n + 1;
      });
      await database.query(allow);
      await waitUntil('posts are taken again', async () => (await post(controller, 'raw')).status === 201);
    }
    await Promise.all(kept);
    expect(raw.inbox.filter(({ type }) => type === 'error')).toEqual([]);
    await client.stop();
  }, 240_000);
});

describe('message ids of 32 bits', () => {
  const ROWS = 12_000;
  let bench: Bench;

  afterEach(() => bench.dispose());

  /** A database as the previous version left it, with messages and usage. */
  async function ofTheVersionBefore(): Promise<TestDatabase> {
    const database = await TestDatabase.create();
    const dataSource = createDataSource(database.connection);
    await dataSource.initialize();
    for (let rows = [{}]; rows.length > 0;) {
      await dataSource.undoLastMigration();
      rows = await database.query('SELECT 1 FROM migrations WHERE name = $1', [WIDENING]);
    }
    await dataSource.destroy();
    await database.query(
      `INSERT INTO orchestrator_messages (orchestrator_id, message_type, message_content, status)
       SELECT 'o-' || n % 7, 'order', '{}', 'cancelled' FROM generate_series(1, ${ROWS}) AS n`,
    );
    await database.query(
      `INSERT INTO usage_entries (message_id, entry, orchestrator_id, organization_id, at, model)
       SELECT n, e, 'o-1', 'org-001', now(), 'm' FROM generate_series(1, ${ROWS / 2}) AS n, generate_series(0, 1) AS e`,
    );
    return database;
  }

  async function typesOf(database: TestDatabase): Promise<string[]> {
    const rows = await database.query<{ type: string }>(
      `SELECT data_type AS type FROM information_schema.columns
       WHERE (table_name, column_name) IN (('orchestrator_messages', 'id'), ('usage_entries', 'message_id'))
       UNION ALL SELECT data_type::text FROM pg_sequences WHERE sequencename = 'orchestrator_messages_id_seq'`,
    );
    return rows.map(({ type }) => type);
  }

  /** The work is repeated a minute after an obstacle. */
  function untilWide(database: TestDatabase): Promise<unknown> {
    const areWide = async (): Promise<boolean> =>
      (await typesOf(database)).every((type) => type === 'bigint');
    return waitUntil('all are wide', areWide, 90_000);
  }

  function rowsOf(database: TestDatabase): Promise<unknown[]> {
    return database.query(
      `SELECT 'message' AS kind, count(*)::int, sum(id)::int AS ids FROM orchestrator_messages
       UNION ALL SELECT 'usage', count(*)::int, sum(message_id)::int FROM usage_entries ORDER BY 1`,
    );
  }

  function structure(database: TestDatabase): Promise<unknown[]> {
    return database.query(
      `SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' ||
         coalesce(column_default, '') AS line
       FROM information_schema.columns WHERE table_name IN ('orchestrator_messages', 'usage_entries')
       UNION ALL SELECT conrelid::regclass || CASE contype WHEN 'n' THEN '' ELSE conname END || pg_get_constraintdef(oid)
       FROM pg_constraint WHERE conrelid IN ('orchestrator_messages'::regclass, 'usage_entries'::regclass)
       UNION ALL SELECT indexdef FROM pg_indexes WHERE tablename IN ('orchestrator_messages', 'usage_entries')
       UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
       UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
       UNION ALL SELECT pg_get_serial_sequence('orchestrator_messages', 'id') ORDER BY 1`,
    );
  }

  it('become wide while the controller runs, but not before the way back is closed', async () => {
    bench = new Bench(await ofTheVersionBefore());
    const { database } = bench;
    const first = await bench.start();
    // The previous version continues: it draws and reads an id of 32 bits.
    await database.query(
      `INSERT INTO orchestrator_messages (id, orchestrator_id, message_type, message_content, status)
       VALUES (nextval('orchestrator_messages_id_seq')::int, 'o-1', 'order', '{}', 'cancelled')`,
    );
    await waitUntil('all is prepared', async () => {
      const [row] = await database.query<{ found: boolean }>(
        `SELECT bool_and(indisvalid) AND count(*) = 5 AS found FROM pg_index
         WHERE indexrelid::regclass::text ~ '^(orchestrator_messages|usage_entries)_.*_wide$'`,
      );
      return row?.found;
    });
    await expect(typesOf(database)).resolves.toEqual(['integer', 'integer', 'integer']);
    expect((await post(first, 'o-1')).status).toBe(404);
    await bench.stop(first);

    const out = join(bench.dataDir, 'backups');
    const backup = await runCommand('backup', ['--out', out, '--verify'], databaseEnv(database.connection));
    expect(backup).toMatchObject({ code: 0, errors: '' });
    const moved = new Bench(await TestDatabase.create({ empty: true }));
    const [file = ''] = backup.output.split('\n');
    const movedTo = databaseEnv(moved.database.connection);
    await expect(runCommand('restore', [file, '--force'], movedTo)).resolves.toMatchObject({ code: 0 });
    const restored = await moved.start({ MESSAGE_ID_SWAP_AFTER_HOURS: '0' });
    await untilWide(moved.database);
    await moved.stop(restored);
    await expect(rowsOf(moved.database)).resolves.toEqual(await rowsOf(database));
    await moved.dispose();

    const second = await bench.start({ MESSAGE_ID_SWAP_AFTER_HOURS: '0' });
    await untilWide(database);
    await database.query(`SELECT setval('orchestrator_messages_id_seq', ${LAST_OF_32_BITS})`);
    const client = clientOf(second, 'o-1');
    const { messageId } = await client.recommend({});
    expect(messageId).toBe(LAST_OF_32_BITS + 1);
    expect((await post(second, 'o-1')).message?.id).toBe(LAST_OF_32_BITS + 2);
    await client.stop();
    const [sums] = await database.query(
      `SELECT (SELECT count(*)::int FROM orchestrator_messages WHERE id <= ${ROWS} + 1) AS messages,
         (SELECT sum(message_id)::int FROM usage_entries) AS usage, (SELECT count(*)::int FROM id_widening) AS left`,
    );
    expect(sums).toEqual({ messages: ROWS + 1, usage: (ROWS / 2) * (ROWS / 2 + 1), left: 0 });
    const fresh = await TestDatabase.create();
    await expect(structure(database)).resolves.toEqual(await structure(fresh));
    await fresh.drop();
  }, 240_000);

  it('become wide although a row was locked when its turn came', async () => {
    bench = new Bench(await ofTheVersionBefore());
    const { database } = bench;
    await runCommand('migrate', [], databaseEnv(database.connection));
    const release = await lockRows(database, 'usage_entries', 'message_id = 77');
    const controller = await bench.start({ MESSAGE_ID_SWAP_AFTER_HOURS: '0' });
    await waitUntil('all others are filled in', async () => {
      const rows = await database.query(
        'SELECT DISTINCT message_id FROM usage_entries WHERE wide_message_id IS NULL',
      );
      return rows.length === 1;
    });
    await release();
    await untilWide(database);
    expect(controller.errors).toBe('');
  }, 180_000);
});
