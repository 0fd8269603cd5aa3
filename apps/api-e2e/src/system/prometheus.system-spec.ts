import { join } from 'node:path';
import { ControllerProcess, freePort, newDataDir, TestOrchestrator, waitUntil } from '@moolai/testing';
import { describeWith } from './debian.js';
import { dashboardExpressions, ShippedPrometheus } from './shipped-prometheus.js';

const TOKEN = 'the-token-of-the-Prometheus-of-this-test';
const API_TOKEN = 'fake-dev-token';
/** Prometheus evaluates every second here; rates need several evaluations. */
const PATIENCE_MS = 60_000;

describeWith('prometheus')('a Prometheus of Debian with what docker/observability ships', () => {
  const dataDir = newDataDir();
  let controller: ControllerProcess;
  let prometheus: ShippedPrometheus;

  beforeAll(async () => {
    controller = new ControllerProcess(await freePort(), dataDir, {
      DEMO_FLEET: '0',
      METRICS_TOKEN: TOKEN,
      BACKUP_DIR: join(dataDir, 'backups'),
    });
    prometheus = ShippedPrometheus.prepare(controller.port, TOKEN);
    await controller.untilHealthy();
    await prometheus.start();
  });

  afterAll(async () => {
    await prometheus.stop();
    if (!controller.exit) controller.signal('SIGTERM');
    await controller.untilExit();
  });

  it.each([
    ['accepts the scrape configuration', ['check', 'config', 'prometheus.yml']],
    ['accepts the rules', ['check', 'rules', 'alerts.yml']],
    ['passes the tests of the rules', ['test', 'rules', 'alerts.test.yml']],
  ])('has a promtool that %s', async (_, args) => {
    await expect(prometheus.promtool(args)).resolves.toBe('');
  });

  it('has a promtool that accepts /metrics', async () => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const response = await fetch(`http://127.0.0.1:${controller.port}/metrics`, { headers });
    await expect(prometheus.promtool(['check', 'metrics'], await response.text())).resolves.toBe('');
  });

  it('scrapes the controller with its token', async () => {
    await waitUntil(
      'the target is up',
      async () => (await prometheus.get('targets'))?.activeTargets[0]?.health === 'up',
      PATIENCE_MS,
    );
  });

  it('evaluates every rule', async () => {
    await waitUntil(
      'all rules are healthy',
      async () => {
        const rules = (await prometheus.get('rules'))?.groups.flatMap((group) => group.rules) ?? [];
        return rules.length > 10 && rules.every(({ health }) => health === 'ok');
      },
      PATIENCE_MS,
    );
  });

  it('has a result for every expression of the dashboard', async () => {
    await work();
    const { shown, marked } = dashboardExpressions();
    expect(shown.length).toBeGreaterThan(20);
    for (const expression of shown) {
      await waitUntil(
        `there is an answer to ${expression}`,
        async () => (await prometheus.count(expression)) > 0,
        PATIENCE_MS,
      );
    }
    // An annotation marks rare events, so it only has to be valid.
    await Promise.all(marked.map((expression) => prometheus.count(expression)));
  });

  it('detects that the controller is gone', async () => {
    await controller.stop();
    await waitUntil(
      'the alert is pending',
      async () =>
        (await prometheus.get('alerts'))?.alerts.some(
          ({ labels, state }) => labels['alertname'] === 'ControllerDown' && state === 'pending',
        ),
      PATIENCE_MS,
    );
  });

  /** Causes some activity for every metric. */
  async function work(): Promise<void> {
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${controller.port}/ws`);
    await orchestrator.register('orch-observed', { capabilities: ['message_ack'] });
    orchestrator.send({ type: 'i_am_alive', orchestrator_id: 'orch-observed' });
    const path = '/internal/orchestrators/orch-observed';
    await call('POST', `${path}/messages`, { message_type: 'note', message_content: {} });
    const { message_id } = await orchestrator.next('message');
    orchestrator.send({ type: 'message_ack', message_id, status: 'delivered' });
    await call('PUT', `${path}/config`, { session_config: { a: 1 } });
    await call('POST', '/internal/backups', {});
  }

  async function call(method: string, path: string, body: object): Promise<void> {
    const response = await fetch(`http://127.0.0.1:${controller.port}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect([path, response.ok]).toEqual([path, true]);
  }
});
