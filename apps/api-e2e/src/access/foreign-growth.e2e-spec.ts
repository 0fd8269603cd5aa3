import type { TestOrchestrator } from '@moolai/testing';
import { newDataDir, waitUntil } from '@moolai/testing';
import type { Response } from 'supertest';
import { useController } from '../support/use-controller.js';
import { NOT_OF_ROLES, OPERATIONS } from './access-table.js';
import { TwoOrganizations } from './two-organizations.js';

const SCOPED_ROLES = ['admin', 'operator', 'viewer'] as const;
const METRICS_TOKEN = 'the-token-of-these-metrics';

/** Paths whose values change with time. */
const OF_TIME = new Set([
  'timestamp',
  'request_id',
  'uptime_sec',
  'latency_ms',
  'last_flush_at',
  'server_time',
]);
const HEADERS_OF_TIME = new Set(['date', 'x-request-id', 'content-length', 'etag']);
/** Covered by another test, because it does not end. */
const NOT_READ = new Set(['GET /controller/events']);

/** The values in an answer, one line each. */
function linesOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [`${path} = ${JSON.stringify(value)}`];
  const entries = Object.entries(value).filter(([key]) => !OF_TIME.has(key));
  return [
    `${path} has ${entries.length}`,
    ...entries.flatMap(([key, part]) => linesOf(part, `${path}.${key}`)),
  ];
}

function answerOf({ status, headers, body, text }: Response): string[] {
  const told = Object.entries(headers as Record<string, unknown>)
    .filter(([name]) => !HEADERS_OF_TIME.has(name))
    .map(([name, value]) => `header ${name} = ${String(value)}`);
  const isJson = Object.keys(body as object).length > 0;
  return [`status = ${status}`, ...told, ...(isJson ? linesOf(body) : text.split('\n'))];
}

type Answers = ReadonlyMap<string, readonly string[]>;

/** Lines of the later answers that the earlier ones do not contain. */
function changesBetween(earlier: Answers, later: Answers): string[] {
  return [...later].flatMap(([key, lines]) => {
    const was = new Set(earlier.get(key));
    return lines.filter((line) => !was.has(line)).map((line) => `${key}: ${line}`);
  });
}

describe('answers to a scoped caller', () => {
  const controller = useController({ env: { BACKUP_DIR: newDataDir(), METRICS_TOKEN } });
  let world: TwoOrganizations;
  const tokens = new Map<string, string>();
  /** The path of each reading operation; prepared once, because preparing creates objects. */
  const paths = new Map<string, string>();
  const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
  const period = `from=${at(-3_600_000)}&to=${at(3_600_000)}`;

  beforeAll(async () => {
    world = await TwoOrganizations.in(controller);
    for (const role of SCOPED_ROLES) tokens.set(role, (await controller.user(role, 'org-own')).access_token);
    for (const [key, operation] of Object.entries(OPERATIONS)) {
      if (key.startsWith('GET ')) paths.set(key, (await operation.prepare(world, 'own')).path);
    }
    for (const key of Object.keys(NOT_OF_ROLES)) {
      if (key.startsWith('GET ') && !NOT_READ.has(key)) paths.set(key, key.slice('GET '.length));
    }
    // Without a time range these depend on the time of the request.
    for (const key of ['GET /controller/costs', 'GET /controller/orchestrators/{id}/metrics']) {
      const path = paths.get(key) ?? '';
      paths.set(key, `${path}${path.includes('?') ? '&' : '?'}${period}`);
    }
    await grow(1);
  });

  /** Adds more of everything to the other organization, and one more organization. */
  async function grow(round: number): Promise<void> {
    const organization = world.organizationId('foreign');
    await controller.organization(`org-more-${round}`);
    const connected: TestOrchestrator[] = [];
    for (let n = 0; n < 3; n += 1) {
      const id = `more-${round}-${n}`;
      const orchestrator = await controller.orchestrator(id, { organization_id: organization });
      connected.push(orchestrator);
      orchestrator.beat(id);
      orchestrator.send({
        type: 'monitoring',
        orchestrator_id: id,
        client_message_id: `usage-${round}-${n}`,
        metrics: { [`more_${round}`]: n, load_own: 7 },
        usage: [{ model: 'model-own', requests: 5, cost_usd: 5 }],
        health_status: { status: n === 0 ? 'error' : 'ok' },
      });
      orchestrator.send({
        type: 'recommendation',
        orchestrator_id: id,
        client_message_id: `advice-${round}-${n}`,
        recommendation: { text: 'more' },
      });
      for (let answers = 0; answers < 2; answers += 1) await orchestrator.next('received');
      await controller.api.changeOrchestratorConfig(id, { session_config: { round } });
    }
    await controller.switchIndependence(`more-${round}-1`, true);
    await connected[2]?.close();
    for (let n = 0; n < 2; n += 1) {
      await world.message('foreign');
      await world.waitingMessage('foreign');
      await world.user('foreign');
      await world.apiToken('foreign');
      await world.enrolmentToken('foreign');
    }
    await controller.user('operator', organization);
    await controller.api.changeOrganizationSettings(organization, {
      settings: { session_config: { round } },
    });
    // Not registered, so it belongs to no organization.
    await controller.connect();
    await controller.api.startBackup();
  }

  async function read(): Promise<Map<string, string[]>> {
    const answers = new Map<string, string[]>();
    for (const [key, path] of paths) {
      for (const [role, token] of tokens) {
        answers.set(`${key} as ${role}`, answerOf(await controller.request('get', path, token)));
      }
    }
    return answers;
  }

  it('come from all reading operations', async () => {
    const { body } = (await controller.anonymous.get('/api/docs-json')) as {
      body: { paths: Record<string, Record<string, unknown>> };
    };
    const readable = Object.entries(body.paths)
      .filter(([, operations]) => 'get' in operations)
      .map(([path]) => `GET ${path.replace('/api/v1', '')}`)
      .filter((key) => !NOT_READ.has(key));
    expect([...paths.keys()].sort()).toEqual(readable.sort());
  });

  it('do not change in any figure when another organization grows', async () => {
    await settled();
    const before = await read();
    expect(before.size).toBe(paths.size * SCOPED_ROLES.length);
    await grow(2);
    await settled();
    expect(changesBetween(before, await read())).toEqual([]);
  }, 120_000);

  /** Waits until the caller's own organization is idle. */
  async function settled(): Promise<void> {
    let last = await read();
    await waitUntil('nothing changes any more', async () => {
      const now = await read();
      const changes = changesBetween(last, now);
      last = now;
      return changes.length === 0;
    });
  }
});
