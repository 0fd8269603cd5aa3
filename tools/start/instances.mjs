import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { root } from '../nx.mjs';
import { Instance } from './instance-process.mjs';
import { say } from './log-lines.mjs';
import { endProcess } from './processes.mjs';
import { Proxy } from './proxy.mjs';
import { freePort, startRedis } from './redis.mjs';

const HOST = '127.0.0.1';
const SIMULATOR = join(root, 'apps/fleet-simulator/dist/main.js');
const API = join(root, 'apps/api/dist');

/** Starts the embedded database, unless the settings name another one. */
async function openDatabase(env) {
  if (env.DATABASE_HOST || env.DATABASE_URL) return { env: {}, stop: () => Promise.resolve() };
  const { lockDataDir } = await import(join(API, 'platform/process/data-dir-lock.js'));
  const { EmbeddedPostgres } = await import(join(API, 'platform/database/embedded-postgres.js'));
  const dataDir = env.CONTROLLER_DATA_DIR;
  const unlock = lockDataDir(dataDir);
  const postgres = new EmbeddedPostgres({
    dataDir,
    onRevival: (error) => say(error ? `the database: ${error.message}` : 'the database was restarted'),
  });
  const stop = async () => {
    await postgres.stop();
    unlock();
  };
  try {
    const { host, port, user, password, database } = await postgres.start();
    const address = {
      DATABASE_HOST: host,
      DATABASE_PORT: String(port),
      DATABASE_USER: user,
      DATABASE_PASSWORD: password,
      DATABASE_NAME: database,
    };
    return { env: address, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startFleet(env, url) {
  const count = Number(env.DEMO_FLEET ?? 6);
  if (!(count > 0)) return undefined;
  const args = [
    '--count',
    String(count),
    '--url',
    url,
    '--prefix',
    'orch',
    '--organizations',
    '3',
    '--quiet',
  ];
  return spawn(process.execPath, [SIMULATOR, ...args], {
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function greeting({ address, instances, redis, signIn, email }) {
  const known = [`  Sign in      ${email} / the password of the first start (a new one: npm run password)`];
  return [
    '',
    `  ${instances.length} controllers are running behind one address.`,
    '',
    `  Console      ${address}/`,
    `  Connect      ${address.replace(/^http/, 'ws')}/ws`,
    `  API docs     ${address}/api/docs`,
    ...instances.map(({ name, port }, index) => {
      return `  ${index === 0 ? 'Instances   ' : '            '} http://${HOST}:${port}/   ${name}`;
    }),
    `  Redis        ${redis}`,
    ...(signIn.length > 0 ? signIn : known),
    '',
    '  Requests and connections go to the instances in turn. Ctrl-C stops all of it.',
    '  End one to see the others take over: it is started again.',
    '',
  ].join('\n');
}

/**
 * Runs several controllers behind a proxy until a signal ends them.
 * @param {number} count
 * @param {string | undefined} redisProgram undefined for the Redis that REDIS_URL names
 */
export async function runInstances(count, redisProgram) {
  const { env } = process;
  const dataDir = resolve(env.CONTROLLER_DATA_DIR || '.data');
  const host = env.CONTROLLER_HOST || HOST;
  /** Steps to undo at the end, newest first. */
  const undo = [];
  let ending;
  const end = () => (ending ??= undoAll(undo));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (!ending) say(`${signal}: stopping`);
      void end().then(() => process.exit(0));
    });
  }
  const keep = async (step) => {
    undo.push(step);
    // A signal came while it started: its end has run without this step.
    if (ending) await step();
  };
  try {
    const proxy = new Proxy();
    const port = await proxy.listen(Number(env.CONTROLLER_PORT || 8765), host);
    await keep(() => proxy.close());
    const database = await openDatabase({ ...env, CONTROLLER_DATA_DIR: dataDir });
    await keep(() => database.stop());
    const redis = redisProgram ? await startRedis(redisProgram, join(dataDir, 'redis')) : undefined;
    if (redis) await keep(() => redis.stop());
    const shared = {
      ...env,
      ...database.env,
      // As in a real cluster: the secrets and the files are the same for all.
      CONTROLLER_DATA_DIR: dataDir,
      CONTROLLER_HOST: host === '0.0.0.0' || host === '::' ? host : HOST,
      TRUST_PROXY: env.TRUST_PROXY || HOST,
      LOG_FORMAT: 'json',
      ...(redis ? { REDIS_URL: redis.url } : {}),
    };
    const instances = [];
    const prefix = env.INSTANCE_ID || 'controller';
    for (let number = 1; number <= count; number += 1)
      instances.push(new Instance(`${prefix}-${number}`, await freePort(), shared, env.LOG_FORMAT));
    await keep(() => Promise.all(instances.map((instance) => instance.stop())));
    const [first, ...others] = instances;
    // The first one migrates, and creates keys and users that all share.
    await first.start();
    await Promise.all(others.map((instance) => instance.start()));
    proxy.targets = instances;
    await proxy.check();
    const address = `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${port}`;
    const fleet = startFleet(env, `${address.replace(/^http/, 'ws')}/ws`);
    if (fleet) await keep(() => endProcess(fleet));
    process.stdout.write(
      `${greeting({
        address,
        instances,
        redis: redis?.url ?? 'as REDIS_URL says',
        signIn: first.signIn,
        email: env.SUPERADMIN_EMAIL || 'admin@moolai.local',
      })}\n`,
    );
  } catch (error) {
    if (!ending) process.stderr.write(`npm start: ${error.message}\n`);
    await end();
    process.exit(1);
  }
}

async function undoAll(steps) {
  for (let step = steps.pop(); step; step = steps.pop()) {
    try {
      await step();
    } catch (error) {
      say(`could not end cleanly: ${error.message}`);
    }
  }
}
