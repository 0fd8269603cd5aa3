/**
 * Real Prometheus on what `docker/observability` ships: `promtool` checks the files and their own tests, a
 * Prometheus with them scrapes a running controller, every expression of the dashboard has an answer, and the
 * alert about a controller that is gone reacts when it goes. Needs Debian's package `prometheus`, and a build.
 */
import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SHIPPED = join(import.meta.dirname, '../../../docker/observability');
const TOKEN = 'the-token-of-the-Prometheus-of-this-test';
const API_TOKEN = 'the-token-of-this-test';
const PATIENCE_MS = 90_000;

const run = promisify(execFile);

/** A step that tells of itself; a failure ends the run. */
async function step(what, work) {
  const result = await work();
  process.stdout.write(`ok - ${what}\n`);
  return result;
}

async function isMissing(command) {
  return run(command, ['--version']).then(
    () => false,
    ({ code }) => code === 'ENOENT',
  );
}

/** Runs `promtool`; what it complains of is the message of the failure. */
async function promtool(dir, ...args) {
  try {
    await run('promtool', args, { cwd: dir });
  } catch ({ stdout, stderr }) {
    throw new Error(`promtool ${args.join(' ')}\n${stdout}${stderr}`);
  }
}

/** A copy of the shipped files for this controller; only the addresses and the pauses are others. */
function prepare(port) {
  const dir = mkdtempSync(join(tmpdir(), 'moolai-prometheus-'));
  cpSync(SHIPPED, dir, { recursive: true });
  writeFileSync(join(dir, 'metrics_token'), TOKEN);
  const file = join(dir, 'prometheus.yml');
  const shipped = readFileSync(file, 'utf8');
  const changed = shipped.replace('controller:8765', `127.0.0.1:${port}`).replaceAll(': 15s', ': 1s');
  if (changed.split('1s').length !== 3 || !changed.includes(`:${port}`)) {
    throw new Error('prometheus.yml is not as this test expects it');
  }
  writeFileSync(file, changed);
  return dir;
}

class Prometheus {
  constructor(dir, port) {
    this.url = `http://127.0.0.1:${port}`;
    this.child = spawn(
      'prometheus',
      [
        '--config.file=prometheus.yml',
        '--storage.tsdb.path=data',
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=warn',
      ],
      { cwd: dir, stdio: ['ignore', 'inherit', 'inherit'] },
    );
    this.ended = new Promise((resolve) => this.child.once('exit', resolve));
  }

  /** The `data` of an answer; undefined while there is none. */
  async get(path) {
    const response = await fetch(`${this.url}/api/v1/${path}`).catch(() => undefined);
    if (response === undefined || response.status === 503) return undefined;
    const { status, data, error } = await response.json();
    if (status !== 'success') throw new Error(`${path}: ${error}`);
    return data;
  }

  async query(expression) {
    return (await this.get(`query?query=${encodeURIComponent(expression)}`))?.result ?? [];
  }

  async stop() {
    this.child.kill('SIGTERM');
    await this.ended;
  }
}

/** Every expression that the dashboard shows, as Grafana would ask it. */
function dashboardExpressions() {
  const { panels, annotations } = JSON.parse(readFileSync(join(SHIPPED, 'dashboard.json'), 'utf8'));
  const shown = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  return { shown: shown.map(asked), marked: annotations.list.map(({ expr }) => asked(expr)) };
}

function asked(expression) {
  return expression.replaceAll('$__rate_interval', '1m').replaceAll('$organization', '.*');
}

async function main() {
  const missing = (await Promise.all([isMissing('promtool'), isMissing('prometheus')])).includes(true);
  if (missing) {
    process.stdout.write(
      'skipped: promtool and prometheus are missing; they are in the Debian package "prometheus"\n',
    );
    // On the machine that installs it, to have tested nothing is a failure.
    process.exitCode = process.env.CI ? 1 : 0;
    return;
  }
  const { ControllerProcess, freePort, newDataDir, removeDataDir, TestOrchestrator, waitUntil } =
    await import('@moolai/testing');
  const until = (what, condition) => waitUntil(what, condition, PATIENCE_MS);
  const dataDir = newDataDir();
  const controller = new ControllerProcess(await freePort(), dataDir, {
    DEMO_FLEET: '0',
    DEV_BEARER_TOKEN: API_TOKEN,
    METRICS_TOKEN: TOKEN,
  });
  const dir = prepare(controller.port);
  let prometheus;
  try {
    await step('promtool takes the scrape configuration', () =>
      promtool(dir, 'check', 'config', 'prometheus.yml'),
    );
    await step('promtool takes the rules', () => promtool(dir, 'check', 'rules', 'alerts.yml'));
    await step('the rules do what their tests say', () => promtool(dir, 'test', 'rules', 'alerts.test.yml'));

    await controller.untilHealthy();
    await step('promtool finds no fault with /metrics', async () => {
      const headers = { authorization: `Bearer ${TOKEN}` };
      const text = await (await fetch(`http://127.0.0.1:${controller.port}/metrics`, { headers })).text();
      const file = join(dir, 'metrics.txt');
      writeFileSync(file, text);
      await run('sh', ['-c', `promtool check metrics < ${file}`]);
    });

    prometheus = new Prometheus(dir, await freePort());
    await step('Prometheus scrapes the controller with its token', () =>
      until('the target is up', async () => {
        const [target] = (await prometheus.get('targets'))?.activeTargets ?? [];
        return target?.health === 'up';
      }),
    );
    await work(controller, TestOrchestrator);
    await step('every rule is evaluated', () =>
      until('all rules are healthy', async () => {
        const rules = (await prometheus.get('rules'))?.groups.flatMap((group) => group.rules) ?? [];
        return rules.length > 0 && rules.every(({ health }) => health === 'ok');
      }),
    );
    const { shown, marked } = dashboardExpressions();
    await step(`every one of the ${shown.length} expressions of the dashboard has an answer`, async () => {
      for (const expression of shown) {
        await until(`there is an answer to ${expression}`, async () => {
          return (await prometheus.query(expression)).length > 0;
        });
      }
    });
    await step('and every annotation is understood', () =>
      Promise.all(marked.map((one) => prometheus.query(one))),
    );

    controller.signal('SIGTERM');
    await controller.untilExit();
    await step('the alert about a controller that is gone reacts', () =>
      until('it is pending', async () => {
        const alerts = (await prometheus.get('alerts'))?.alerts ?? [];
        return alerts.some(
          ({ labels, state }) => labels.alertname === 'ControllerDown' && state === 'pending',
        );
      }),
    );
    process.stdout.write('observability: passed\n');
  } finally {
    await prometheus?.stop();
    if (!controller.exit) controller.signal('SIGTERM');
    await controller.untilExit();
    rmSync(dir, { recursive: true, force: true });
    removeDataDir(dataDir);
  }
}

/** Lets a bit of everything happen that is measured. */
async function work(controller, TestOrchestrator) {
  const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${controller.port}/ws`);
  await orchestrator.register('orch-observed', { capabilities: ['message_ack'] });
  orchestrator.send({ type: 'i_am_alive', orchestrator_id: 'orch-observed' });
  const call = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${controller.port}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
  };
  const base = '/internal/orchestrators/orch-observed';
  await call('POST', `${base}/messages`, { message_type: 'note', message_content: {} });
  const { message_id } = await orchestrator.next('message');
  orchestrator.send({ type: 'message_ack', message_id, status: 'delivered' });
  await call('PUT', `${base}/config`, { session_config: { a: 1 } });
}

main().catch((error) => {
  process.stderr.write(`not ok - ${error.message}\n`);
  process.exit(1);
});
