import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Instance } from '@moolai/contracts';
import { apiClient, endProcess, freePort, newDataDir, processesOf, waitUntil } from '@moolai/testing';
import { describeWith } from './debian.js';

const ROOT = new URL('../../../../', import.meta.url).pathname;
/** A build, the first start of a database and three controllers, on a busy machine. */
const PATIENCE_MS = 180_000;

/** The processes of the instances that this one has started. */
function instancesOf(parent: number | undefined): number[] {
  return processesOf('tools/start/instance.mjs').filter((pid) =>
    readFileSync(`/proc/${pid}/status`, 'utf8').includes(`\nPPid:\t${parent}\n`),
  );
}

describeWith('redis-server')('npm start -- --instances 3', () => {
  const dataDir = newDataDir();
  let starter: ChildProcess;
  let port: number;
  let output = '';

  const api = apiClient(() => `http://127.0.0.1:${port}`, 'fake-dev-token');
  const redisPort = (): number => Number(/redis:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1]);
  const statuses = async (): Promise<string[]> => {
    const listed: Instance[] = await api.listInstances();
    return listed.map(({ instance_id, status }) => `${instance_id} ${status}`).sort();
  };
  const ALL_UP = ['controller-1 up', 'controller-2 up', 'controller-3 up'];

  beforeAll(async () => {
    port = await freePort();
    const { PATH = '', HOME = '' } = process.env;
    starter = spawn('node', ['tools/start/start.mjs', '--instances', '3'], {
      cwd: ROOT,
      env: {
        PATH: `/usr/bin:${PATH}`,
        HOME,
        CONTROLLER_PORT: String(port),
        CONTROLLER_DATA_DIR: dataDir,
        DEMO_FLEET: '6',
        NX_DAEMON: 'false',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [starter.stdout, starter.stderr])
      stream?.on('data', (data: Buffer) => (output += data.toString()));
    await waitUntil('all run', () => output.includes('Ctrl-C stops all of it'), PATIENCE_MS);
  }, PATIENCE_MS);

  afterAll(() => endProcess(starter, 'SIGTERM'));

  it('prints the addresses, and how to sign in', () => {
    expect(output).toContain('3 controllers are running behind one address.');
    expect(output).toContain(`Console      http://127.0.0.1:${port}/`);
    expect(output.match(/http:\/\/127\.0\.0\.1:\d+\/ {3}controller-[123]/g)).toHaveLength(3);
    expect(output).toMatch(/Sign in {6}admin@moolai\.local \/ [a-z0-9-]{23}\n/);
    expect(redisPort()).toBeGreaterThan(0);
  });

  it('spreads the fleet over all of them', async () => {
    await waitUntil('each has some', async () => {
      const listed: Instance[] = await api.listInstances();
      const sum = listed.reduce((total, { registered }) => total + registered, 0);
      return sum === 6 && listed.every(({ registered }) => registered > 0);
    });
    expect(await statuses()).toEqual(ALL_UP);
    expect((await api.getInternalHealth()).redis.status).toBe('up');
  });

  it('reports one that is killed, and starts it again', async () => {
    const starts = async (): Promise<Map<string, string>> => {
      const listed: Instance[] = await api.listInstances();
      return new Map(listed.map(({ instance_id, started_at }) => [instance_id, started_at]));
    };
    const before = await starts();
    const [victim] = instancesOf(starter.pid);
    process.kill(victim ?? NaN, 'SIGKILL');
    const name = await waitUntil(
      'it is reported',
      () => /(controller-\d) ended \(SIGKILL\); it starts again in 1 s/.exec(output)?.[1],
    );
    await waitUntil(
      'it is back',
      async () => {
        const now = await starts();
        return now.size === 3 && now.get(name) !== before.get(name);
      },
      60_000,
    );
    // Each instance reads the list once a second.
    await waitUntil('all are up', async () => (await statuses()).join() === ALL_UP.join());
    await waitUntil('the fleet is complete', async () => {
      const listed: Instance[] = await api.listInstances();
      return listed.reduce((sum, { registered }) => sum + registered, 0) === 6;
    });
  });

  it('stops all of it with Ctrl-C, and leaves nothing behind', async () => {
    const children = instancesOf(starter.pid);
    expect(children).toHaveLength(3);
    const exit = new Promise<number | null>((resolve) => starter.once('exit', resolve));
    process.kill(-(starter.pid ?? NaN), 'SIGINT');
    expect(await exit).toBe(0);
    expect(processesOf(dataDir)).toEqual([]);
    expect(children.filter((pid) => processesOf('instance.mjs').includes(pid))).toEqual([]);
    await expect(fetch(`http://127.0.0.1:${redisPort()}/`)).rejects.toThrow();
  });
});
