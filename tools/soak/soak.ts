/**
 * `npm run soak -- [--minutes 20] [--orchestrators 2000] [--write]`: runs the controller under load while
 * everything around it fails, and accounts for every promise at the end. Outside CI. `--write` puts the result
 * into docs/reliability.md.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freePort } from '@moolai/testing';
import { build } from '../start/build.mjs';
import { describeMachine } from '../bench/lib/machine.ts';
import { account, untilSettled } from './account.ts';
import { Controller } from './controller.ts';
import { faultsOf, pick } from './faults.ts';
import { Ledger } from './ledger.ts';
import { SmallDisk } from './machine.ts';
import { SoakOperator } from './operator.ts';
import { SoakOrchestrator } from './orchestrator.ts';
import { report, write } from './report.ts';
import { processSample, tableSizes, type ProcessSample } from './samples.ts';

const SAMPLE_MS = 5_000;
const PAUSE_BETWEEN_FAULTS_MS = 20_000;
const CHURN_MS = 250;
const REPORTS_PER_SEC_AND_THOUSAND = 30;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    orchestrators: { type: 'string', default: '2000' },
    write: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes);
const count = Number(values.orchestrators);
if (!(minutes > 0 && minutes <= 600 && count >= 10 && count <= 20_000)) {
  process.stderr.write('usage: npm run soak -- [--minutes 0…600] [--orchestrators 10…20000] [--write]\n');
  process.exit(2);
}

build(['api']);
const startedAt = new Date();
const root = mkdtempSync(join(tmpdir(), 'moolai-soak-'));
const configDisk = new SmallDisk(join(root, 'config'), 4);
const logDisk = new SmallDisk(join(root, 'log'), 64);
mkdirSync(join(root, 'data'));
const ledger = new Ledger();
const controller = new Controller({
  dataDir: join(root, 'data'),
  configDir: configDisk.path,
  logFile: join(logDisk.path, 'controller.log'),
  port: await freePort(),
  env: {
    HEARTBEAT_INTERVAL_SEC: '5',
    HEARTBEAT_TTL_SEC: '20',
    MESSAGE_ACK_TIMEOUT_SEC: '3',
    MESSAGE_MAX_ATTEMPTS: '500',
  },
});

let isOver = false;
/** Ends everything that the soak has started, also when it fails or is interrupted. */
function cleanUp(): void {
  isOver = true;
  controller.removeProcesses();
  for (const disk of [configDisk, logDisk]) disk.remove();
  rmSync(root, { recursive: true, force: true });
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    cleanUp();
    process.exit(130);
  });
}

const samples: ProcessSample[] = [];
const timeline: string[] = [];

async function sampling(): Promise<void> {
  while (!isOver) {
    try {
      samples.push(processSample(controller.pid));
    } catch {
      // It is being killed or started at this moment.
    }
    await delay(SAMPLE_MS);
  }
}

async function churning(fleet: SoakOrchestrator[]): Promise<void> {
  while (!isWindingDown) {
    for (const one of pick(fleet, 1)) one.leave(Math.random() < 0.5);
    await delay(CHURN_MS);
  }
}

async function reporting(fleet: SoakOrchestrator[]): Promise<void> {
  const perTurn = (fleet.length / 1_000) * (REPORTS_PER_SEC_AND_THOUSAND / 10);
  let owed = 0;
  while (!isWindingDown) {
    owed += perTurn;
    for (const one of pick(fleet, Math.floor(owed))) one.report();
    owed -= Math.floor(owed);
    await delay(100);
  }
}

let isWindingDown = false;
try {
  process.stderr.write(`soak: ${count} orchestrators, ${minutes} minutes\n`);
  await controller.start();
  const url = `ws://${controller.address}/ws`;
  const fleet = Array.from(
    { length: count },
    (_, index) =>
      new SoakOrchestrator(`soak-${String(index).padStart(5, '0')}`, `org-soak-${index % 5}`, url, ledger),
  );
  for (const one of fleet) one.start();
  while (fleet.some(({ isConnected }) => !isConnected)) await delay(200);
  process.stderr.write('  all are connected\n');
  const sizesBefore = await tableSizes(controller);
  const operator = new SoakOperator(
    controller,
    fleet.map(({ id }) => id),
    ledger,
  );
  const work = [
    operator.run({ messagesPerSec: 10, changesPerSec: 2 }),
    sampling(),
    churning(fleet),
    reporting(fleet),
  ];
  const deadline = performance.now() + minutes * 60_000;
  const faults = faultsOf({ controller, fleet, configDisk, logDisk }).filter(
    ({ isPossible = true }) => isPossible,
  );
  for (let turn = 0; performance.now() < deadline; turn += 1) {
    await delay(Math.min(PAUSE_BETWEEN_FAULTS_MS, minutes * 3_000));
    const fault = faults[turn % faults.length];
    if (!fault) break;
    process.stderr.write(`  ${fault.name}\n`);
    timeline.push(fault.name);
    await fault.run({ ledger });
  }
  process.stderr.write('  winding down\n');
  isWindingDown = true;
  operator.stop();
  const left = await untilSettled(controller, fleet);
  if (left) ledger.fault(`not settled: ${left}`);
  const health = await controller.request('GET', '/internal/health');
  if (health.status !== 200) ledger.fault(`health at the end: ${JSON.stringify(health.body)}`);
  const promises = await account({ controller, fleet, operator, ledger });
  const sizesAfter = await tableSizes(controller);
  const end = processSample(controller.pid);
  isOver = true;
  await Promise.all(work);
  for (const one of fleet) one.stop();
  const code = await controller.stop();
  if (code !== 0) ledger.fault(`SIGTERM at the end: exit code ${code}`);
  const text = report({
    startedAt,
    minutes,
    count,
    machine: describeMachine(),
    timeline,
    promises,
    samples,
    end,
    sizesBefore,
    sizesAfter,
    fleet,
    operator,
    ledger,
    starts: controller.starts,
  });
  process.stdout.write(`${text}\n`);
  if (values.write) await write(text);
} catch (error) {
  ledger.fault((error as Error).stack ?? String(error));
} finally {
  cleanUp();
}
process.exit(ledger.faults.length === 0 ? 0 : 1);
