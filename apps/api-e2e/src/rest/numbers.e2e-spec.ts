import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorEnvelope } from '@moolai/contracts';
import {
  ControllerProcess,
  freePort,
  newDataDir,
  TestDatabase,
  TestOrchestrator,
  waitUntil,
} from '@moolai/testing';
import { databaseEnv } from '../support/command.js';

const ID = '7615917337495251231';
/** Numbers that a double holds exactly, in any notation. */
const EXACT =
  '{"a":9007199254740992,"b":0.1,"c":-1.5e-7,"d":0.30000000000000004,"e":1e300,"f":"7615917337495251231"}';
const COST = '0.12345678901234567890123';
const EXACT_COSTS = new URL('../../../api/dist/app/inbox/exact-costs.js', import.meta.url).href;

/** Other Node versions on this machine, including the oldest that README.md allows. */
function otherNodes(): string[] {
  const paths = (process.env['PATH'] ?? '').split(':').filter((path) => !path.includes('node_modules'));
  const nodes = paths.map((path) => join(path, 'node')).filter((path) => existsSync(path));
  return [...new Set(nodes.map((path) => realpathSync(path)))];
}

describe('numbers and times stay as sent', () => {
  const dataDir = newDataDir();
  let database: TestDatabase;
  let controller: ControllerProcess;
  let orchestrator: TestOrchestrator;

  beforeAll(async () => {
    database = await TestDatabase.create();
    controller = new ControllerProcess(await freePort(), dataDir, {
      TZ: 'America/New_York',
      ...databaseEnv(database.connection),
      HEARTBEAT_INTERVAL_SEC: '30',
      HEARTBEAT_TTL_SEC: '120',
    });
    await controller.untilHealthy();
    orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${controller.port}/ws`);
    await orchestrator.register('num-1');
  });

  afterAll(async () => {
    await controller.stop();
    await database.drop();
  });

  async function send(
    method: string,
    path: string,
    body: string,
  ): Promise<{ status: number; text: string; envelope: ErrorEnvelope }> {
    const response = await fetch(`http://127.0.0.1:${controller.port}/api/v1${path}`, {
      method,
      headers: { authorization: 'Bearer fake-dev-token', 'content-type': 'application/json' },
      body,
    });
    const text = await response.text();
    return { status: response.status, text, envelope: JSON.parse(text) as ErrorEnvelope };
  }

  const BODIES: [
    what: string,
    method: string,
    path: string,
    body: (number: string) => string,
    field: string,
  ][] = [
    [
      'a message',
      'POST',
      '/internal/orchestrators/num-1/messages',
      (number) => `{"message_type":"order","message_content":{"list":[{"id":${number}}]}}`,
      'message_content.list.0.id',
    ],
    [
      'a configuration',
      'PUT',
      '/internal/orchestrators/num-1/config',
      (number) => `{"features":{"limit":${number}}}`,
      'features.limit',
    ],
    [
      'settings of an organization',
      'PUT',
      '/internal/organizations/org-001/settings',
      (number) => `{"settings":{"features":{"limit":${number}}}}`,
      'settings.features.limit',
    ],
    [
      'the configuration document',
      'PUT',
      '/internal/configuration',
      (number) => `{"defaults":{"features":{"limit":${number}}}}`,
      'defaults.features.limit',
    ],
  ];

  it.each(BODIES)(
    '%s with a number that a double cannot hold is refused',
    async (_, method, path, body, field) => {
      for (const number of [ID, '1e400', '0.12345678901234567890']) {
        const { status, envelope } = await send(method, path, body(number));
        expect({ status, error: envelope.error, field: envelope.errors?.[0]?.field }).toEqual({
          status: 400,
          error: 'validation_error',
          field,
        });
        expect(envelope.detail).toContain(number);
      }
    },
  );

  it('a manual edit of the document with one is refused as a whole', async () => {
    const file = join(dataDir, 'config', 'controller_config.json');
    await waitUntil('there is a document', () => existsSync(file));
    const document = JSON.parse(readFileSync(file, 'utf8')) as object;
    const edited = JSON.stringify({ ...document, defaults: { features: { limit: 'ID' } } });
    writeFileSync(file, edited.replace('"ID"', ID));
    await waitUntil('it is refused', () => existsSync(`${file}.refused`));
    await waitUntil('the log says why', () =>
      controller.output.includes(`defaults.features.limit: the number ${ID} would become`),
    );
    await waitUntil('the document is there again', () => !readFileSync(file, 'utf8').includes(ID));
  });

  it('a message is delivered with its exact numbers', async () => {
    const body = `{"message_type":"order","message_content":${EXACT}}`;
    const { status } = await send('POST', '/internal/orchestrators/num-1/messages', body);
    expect(status).toBe(201);
    const { message_content: content } = await orchestrator.next('message');
    expect(content).toEqual(JSON.parse(EXACT));
  });

  it.each([
    ['recommendation', `"recommendation":{"trace":{"id":${ID}}}`, 'recommendation.trace.id'],
    ['monitoring', `"metrics":{},"usage":[{"model":"m","labels":{},"id":${ID}}]`, 'usage'],
  ])('a %s with one is refused, with its path', async (type, fields, place) => {
    orchestrator.send(
      `{"type":"${type}","orchestrator_id":"num-1","client_message_id":"no-${type}",${fields}}`,
    );
    const { code, detail } = await orchestrator.next('error');
    expect({ code, detail }).toEqual({
      code: 'invalid_message',
      detail: expect.stringContaining(place) as string,
    });
  });

  it('a registration with one in its metadata is refused, with its path', async () => {
    const other = await TestOrchestrator.connect(`ws://127.0.0.1:${controller.port}/ws`);
    other.send(`{"type":"register","orchestrator_id":"num-2","metadata":{"pid":${ID}}}`);
    await waitUntil('it is refused', () =>
      other.inbox.some((frame) => JSON.stringify(frame).includes(`metadata.pid: the number ${ID}`)),
    );
    other.socket.terminate();
  });

  it('metrics may have many digits, costs stay exact, and a time without a zone is UTC', async () => {
    const at = new Date(Date.now() - 60_000).toISOString().slice(0, 19);
    orchestrator.send(
      `{"type":"monitoring","orchestrator_id":"num-1","client_message_id":"costs","timestamp":"${at}",` +
        `"metrics":{"bytes":${ID}},"usage":[{"model":"m","cost_usd":${COST}}]}`,
    );
    await orchestrator.next('received');
    await expect(
      database.query(`SELECT cost_usd::text, at AT TIME ZONE 'UTC' = '${at}' AS is_utc FROM usage_entries`),
    ).resolves.toEqual([{ cost_usd: COST, is_utc: true }]);
    const [sample] = await database.query<{ at: Date }>('SELECT at FROM monitoring_samples');
    expect(sample?.at.toISOString()).toBe(`${at}.000Z`);
  });

  it('a time without a zone in a query is UTC', async () => {
    const [newest] = await database.query<{ at: Date }>('SELECT max(at) AS at FROM audit_entries');
    const atMs = newest?.at.getTime() ?? 0;
    const after = new Date(atMs + 60_000).toISOString().slice(0, 19);
    const before = new Date(atMs - 60_000).toISOString().slice(0, 19);
    expect((await controller.api.listAuditEntries({ from: after })).total).toBe(0);
    expect((await controller.api.listAuditEntries({ from: before, to: after })).total).toBeGreaterThan(0);
  });

  it.each(otherNodes())('costs are exact under %s', (node) => {
    const script = `import { exactCosts } from '${EXACT_COSTS}';
      const frame = '{"usage":[{"cost_usd":${COST}}]}';
      process.stdout.write(String(exactCosts(frame, JSON.parse(frame).usage)));`;
    const output = execFileSync(node, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(output).toBe(COST);
  });
});
