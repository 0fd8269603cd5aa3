/**
 * `npm run dev`: runs the API and the console from their sources and renews both at every change, with one embedded
 * database and the demo fleet. It needs no build. The controller's settings (README.md) apply here too.
 */
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { environment, root } from '../nx.mjs';
import { Api } from './api.ts';
import { startDatabase, type Database } from './database.ts';
import { say } from './output.ts';
import { isFree, untilOpen } from './ports.ts';
import { stop } from './processes.ts';
import { watchSources } from './watch-sources.ts';

const HOOKS = new URL('run-sources.ts', import.meta.url).href;
const HOST = '127.0.0.1';

const env: NodeJS.ProcessEnv = {
  ...environment,
  NODE_ENV: 'development',
  CONTROLLER_HOST: process.env['CONTROLLER_HOST'] ?? HOST,
  CONTROLLER_PORT: process.env['CONTROLLER_PORT'] ?? '8765',
  // Not the one of `npm start`, which an unfinished migration could spoil.
  CONTROLLER_DATA_DIR: process.env['CONTROLLER_DATA_DIR'] ?? join(root, '.data/dev'),
  SUPERADMIN_EMAIL: process.env['SUPERADMIN_EMAIL'] ?? 'admin@moolai.local',
  SUPERADMIN_PASSWORD: process.env['SUPERADMIN_PASSWORD'] ?? 'moolai-dev',
  // For machines: this process formats the lines, and prints a welcome of its own.
  LOG_FORMAT: 'json',
  CONSOLE_PORT: process.env['CONSOLE_PORT'] ?? '4200',
};
const apiPort = Number(env['CONTROLLER_PORT']);
const consolePort = Number(env['CONSOLE_PORT']);
const demoFleet = Number(process.env['DEMO_FLEET'] ?? 6);

function startConsole(): ChildProcess {
  const child = spawn('nx', ['run', 'admin:serve', '--port', String(consolePort), '--outputStyle=stream'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      if (line.trim() !== '' && !ending.signal.aborted) process.stdout.write(`console: ${line}\n`);
    });
  }
  return child;
}

function startFleet(): ChildProcess | undefined {
  if (demoFleet === 0) return undefined;
  const url = `ws://${HOST}:${apiPort}/ws`;
  const args = [
    '--count',
    String(demoFleet),
    '--url',
    url,
    '--prefix',
    'orch',
    '--organizations',
    '3',
    '--quiet',
  ];
  return fork(join(root, 'apps/fleet-simulator/src/main.ts'), args, {
    env,
    execArgv: ['--import', HOOKS],
    detached: true,
  });
}

function welcome(): string {
  const lines = [
    '',
    '  The Moolai Controller is running from its sources.',
    '',
    `  Console      http://localhost:${consolePort}/   reloads when its sources change`,
    `  Sign in      ${env['SUPERADMIN_EMAIL']} / ${env['SUPERADMIN_PASSWORD']}`,
    `  API          http://localhost:${apiPort}/api/docs   restarts when its sources change`,
    `  Database     ${database?.url}   (psql and other tools)`,
    ...(demoFleet > 0 ? [`  Demo fleet   ${demoFleet} simulated orchestrators (DEMO_FLEET=0 for none)`] : []),
    '',
    '  This does not check types; your editor and `npm run check` do.',
    `  Ctrl-C stops everything. The data stay in ${env['CONTROLLER_DATA_DIR']}.`,
    '',
  ];
  return lines.join('\n');
}

async function assertPortsFree(): Promise<void> {
  for (const [name, host, port] of [
    ['CONTROLLER_PORT', env['CONTROLLER_HOST'] ?? HOST, apiPort],
    ['CONSOLE_PORT', HOST, consolePort],
  ] as const) {
    if (await isFree(host, port)) continue;
    throw new Error(
      `port ${port} is already in use; stop what uses it, or set another one: ${name}=${port + 1} npm run dev`,
    );
  }
}

const ending = new AbortController();
let database: Database | undefined;
let api: Api | undefined;
let webConsole: ChildProcess | undefined;
let fleet: ChildProcess | undefined;

async function end(exitCode: number): Promise<never> {
  await Promise.all([stop(webConsole), stop(fleet)]);
  await api?.stop();
  await database?.stop();
  process.exit(exitCode);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (ending.signal.aborted) return;
    say('stopping');
    ending.abort();
    void end(0);
  });
}

try {
  await assertPortsFree();
  webConsole = startConsole();
  webConsole.on('exit', () => {
    if (!ending.signal.aborted) say('the console has stopped (see above); press Ctrl-C and start again');
  });
  database = await startDatabase(env);
  api = new Api({ ...env, ...database.env });
  await api.restart();
  fleet = startFleet();
  watchSources(['apps/api/src', 'libs/contracts/src', 'libs/dtos/src'], (file) => {
    say(`${file} changed`);
    void api?.restart();
  });
  watchSources(['apps/fleet-simulator/src', 'libs/contracts/src', 'libs/orchestrator-client/src'], () => {
    void stop(fleet).then(() => {
      if (!ending.signal.aborted) fleet = startFleet();
    });
  });
  await untilOpen(HOST, consolePort, ending.signal);
  process.stdout.write(`${welcome()}\n`);
} catch (error) {
  if (!ending.signal.aborted) {
    ending.abort();
    process.stderr.write(`npm run dev: ${(error as Error).message}\n`);
    await end(1);
  }
}
