import { fork } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endProcess } from './processes.mjs';

const PROGRAMS = ['redis-server', 'valkey-server'];
const PROCESS = join(import.meta.dirname, 'redis-process.mjs');
const PATIENCE_MS = 10_000;
const POLL_MS = 50;

/** How to install a Redis, by the program that installs packages. */
const INSTALLERS = [
  ['brew', 'brew install redis'],
  ['apt-get', 'sudo apt-get install redis-server'],
  ['dnf', 'sudo dnf install valkey'],
  ['pacman', 'sudo pacman -S valkey'],
  ['apk', 'sudo apk add redis'],
];

/** The file of a program in the PATH; undefined if there is none. */
function find(program, { PATH = '' }) {
  for (const folder of PATH.split(delimiter)) {
    const file = join(folder, program);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not here.
    }
  }
  return undefined;
}

/** The Redis or Valkey of the PATH; undefined if there is none. */
export function findRedis(env) {
  return PROGRAMS.map((program) => find(program, env)).find((file) => file !== undefined);
}

/** One line that says what to install, for the package manager of this machine if it is a known one. */
export function howToInstall(env) {
  const known = INSTALLERS.find(([installer]) => find(installer, env) !== undefined);
  const install = known ? `install it (${known[1]})` : 'install Redis or Valkey';
  return `several instances need a Redis, and there is no ${PROGRAMS.join(' or ')} in the PATH: ${install}, or set REDIS_URL`;
}

/** A port that nothing listens on at this moment. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answersPing(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.setTimeout(1_000, () => socket.destroy());
    socket.once('data', (data) => {
      resolve(data.toString().startsWith('+PONG'));
      socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(false));
  });
}

/**
 * Starts a Redis without persistence that only this machine reaches: it holds nothing that must survive.
 * @param {string} program
 * @param {string} dir its working directory
 */
export async function startRedis(program, dir) {
  const port = await freePort();
  mkdirSync(dir, { recursive: true });
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    dir,
  ];
  // In a group of its own: Ctrl-C of a terminal must reach the controllers first.
  const child = fork(PROCESS, [program, ...args], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    detached: true,
  });
  let failure;
  child.once('error', (error) => (failure = error.message));
  child.once('exit', (code) => (failure ??= `it ended (${code})`));
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await answersPing(port))) {
    if (failure !== undefined) throw new Error(`${program} did not start: ${failure}`);
    if (performance.now() > deadline) {
      await endProcess(child);
      throw new Error(`${program} does not answer`);
    }
    await delay(POLL_MS);
  }
  return { url: `redis://127.0.0.1:${port}`, stop: () => endProcess(child) };
}
