import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import {
  ControllerProcess,
  freePort,
  newDataDir,
  processesOf,
  TestOrchestrator,
  waitUntil,
} from '@moolai/testing';

/** More than Node's default backlog. */
const WAITING = 1_000;

describe('the controller process', () => {
  let dataDir: string;
  let port: number;
  let controller: ControllerProcess | undefined;

  beforeEach(async () => {
    dataDir = newDataDir();
    port = await freePort();
  });

  afterEach(async () => {
    if (controller && !controller.exit) {
      await controller.stop();
    }
    controller = undefined;
    for (const pid of processesOf(dataDir)) process.kill(pid, 'SIGKILL');
  });

  function start(env: Record<string, string> = {}): ControllerProcess {
    controller = new ControllerProcess(port, dataDir, env);
    return controller;
  }

  it('starts database, API and a demo fleet with heartbeats, and prints the next steps', async () => {
    const running = start({ DEMO_FLEET: '4' });
    await running.untilHealthy();
    const live = await waitUntil('all four are connected', async () => {
      const found = await running.api.listConnectedOrchestrators();
      return found.total === 4 && found;
    });
    expect(live.items.map((item) => item.status)).toEqual(['active', 'active', 'active', 'active']);
    const { items } = await running.api.listOrganizations();
    expect(items.map((item) => item.organization_id)).toEqual(['org-001', 'org-002', 'org-003']);
    await waitUntil('it says where it is', () => running.output.includes(`http://127.0.0.1:${port}/`));
    expect(running.output).toContain('admin@moolai.local');
    expect(running.output).toContain(`ws://127.0.0.1:${port}/ws`);
    await waitUntil('heartbeats move last_seen in the table', async () => {
      const rows = await running.query<{ beating: boolean }>(
        'SELECT bool_and(last_seen > created_at) AS beating FROM orchestrator_instances',
      );
      return rows[0]?.beating;
    });
    const address = join(dataDir, 'database.json');
    expect(statSync(address).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(address, 'utf8'))).toEqual({
      host: '127.0.0.1',
      port: expect.any(Number) as number,
      user: expect.any(String) as string,
      password: expect.any(String) as string,
      database: 'moolai_controller',
    });
  });

  const somaxconn = Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8'));
  (somaxconn > WAITING ? it : it.skip)(
    'keeps a thousand connections waiting while it cannot look',
    async () => {
      const running = start({ DEMO_FLEET: '0' });
      await running.untilHealthy();
      running.signal('SIGSTOP');
      const sockets = Array.from({ length: WAITING }, () => connect(port, '127.0.0.1'));
      try {
        await Promise.all(sockets.map((socket) => once(socket, 'connect')));
      } finally {
        running.signal('SIGCONT');
        for (const socket of sockets) socket.destroy();
      }
      await running.untilHealthy();
    },
  );

  it('ends on Ctrl-C to the whole group with everything written, the database last, and leaves nothing behind', async () => {
    const running = start({ DEMO_FLEET: '0', HEARTBEAT_INTERVAL_SEC: '30', HEARTBEAT_TTL_SEC: '90' });
    await running.untilHealthy();
    const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${port}/ws`);
    await orchestrator.register('last-words');
    orchestrator.beat('last-words');
    const seen = await waitUntil('the heartbeat counts', async () => {
      const { heartbeats } = await running.api.getOverview();
      const { items } = await running.api.listConnectedOrchestrators();
      return heartbeats.processed === 1 && items[0]?.last_seen;
    });
    running.signalGroup('SIGINT');
    await expect(running.untilExit()).resolves.toEqual({ code: 0, signal: null });
    await expect(orchestrator.untilClosed()).resolves.toMatchObject({ code: 1012 });
    await waitUntil('nothing is left', () => processesOf(dataDir).length === 0);
    expect(running.errors).toBe('');

    const again = start({ DEMO_FLEET: '0' });
    await again.untilHealthy();
    const rows = await again.query<{ last_seen: Date; status: string }>(
      'SELECT last_seen, status FROM orchestrator_instances',
    );
    expect(rows.map(({ last_seen, status }) => [last_seen.toISOString(), status])).toEqual([
      [seen, 'active'],
    ]);
  });

  it('ends the same way on a second Ctrl-C', async () => {
    const running = start({ DEMO_FLEET: '2' });
    await running.untilHealthy();
    running.signalGroup('SIGINT');
    running.signalGroup('SIGINT');
    await expect(running.untilExit()).resolves.toEqual({ code: 0, signal: null });
    await waitUntil('nothing is left', () => processesOf(dataDir).length === 0);
  });

  it('ends cleanly when stopped during its start', async () => {
    const running = start({ DEMO_FLEET: '2' });
    await waitUntil('the database comes up', () => processesOf(dataDir).some((pid) => pid !== running.pid));
    running.signalGroup('SIGINT');
    await running.untilExit();
    await waitUntil('nothing is left', () => processesOf(dataDir).length === 0);
    const again = start({ DEMO_FLEET: '0' });
    await again.untilHealthy();
  });

  it('leaves nothing behind when stopped while an existing database starts', async () => {
    const first = start({ DEMO_FLEET: '0' });
    await first.untilHealthy();
    await first.stop();
    for (let round = 0; round < 3; round += 1) {
      const again = start({ DEMO_FLEET: '0' });
      await waitUntil('the server is started', () => processesOf(`${dataDir}/postgres`).length > 0);
      again.signalGroup('SIGINT');
      await again.untilExit();
      await waitUntil('nothing is left', () => processesOf(dataDir).length === 0);
    }
  });

  it('recovers after a kill -9 during the very first start', async () => {
    const first = start({ DEMO_FLEET: '0' });
    await waitUntil('the cluster is being made', () =>
      existsSync(join(dataDir, 'postgres.new', 'PG_VERSION')),
    );
    first.signal('SIGKILL');
    for (const pid of processesOf(dataDir)) process.kill(pid, 'SIGKILL');
    await first.untilExit();
    const second = start({ DEMO_FLEET: '0' });
    await second.untilHealthy();
    const secrets = readdirSync(dataDir).filter((name) => name.includes('password'));
    expect(secrets).toEqual([]);
  });

  it('does not take a killed, unreaped controller for a running one', async () => {
    // Bash would reap its child, so the child ends only when bash has become something else.
    const child = 'while grep -q bash /proc/$$/comm; do sleep 0.01; done';
    const parent = spawn('bash', ['-c', `(${child}) & echo $!; exec sleep 60`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const pid = await new Promise<number>((resolve) => {
      parent.stdout.once('data', (data: Buffer) => resolve(Number(data.toString())));
    });
    const stat = (): string[] => readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
    await waitUntil('it is a zombie', () => stat()[2] === 'Z');
    writeFileSync(join(dataDir, 'controller.pid'), `${pid} ${stat()[21] ?? ''}\n`);
    const running = start({ DEMO_FLEET: '0' });
    await running.untilHealthy();
    parent.kill();
  });

  it('recovers after a kill -9 whose database continues as an orphan', async () => {
    const first = start({ DEMO_FLEET: '2' });
    await first.untilHealthy();
    await waitUntil('both are stored', async () => {
      return (await first.query('SELECT 1 FROM orchestrator_instances')).length === 2;
    });
    const [database] = await first.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    expect(database?.pid).toBeGreaterThan(0);
    first.signal('SIGKILL');
    await first.untilExit();
    await waitUntil('the demo fleet ends with its controller', () => {
      return processesOf(`ws://127.0.0.1:${port}/ws`).length === 0;
    });
    expect(processesOf(dataDir).length).toBeGreaterThan(0);
    const second = start({ DEMO_FLEET: '0' });
    await second.untilHealthy();
    await expect(second.query('SELECT 1 FROM orchestrator_instances')).resolves.toHaveLength(2);
    second.signal('SIGTERM');
    await expect(second.untilExit()).resolves.toEqual({ code: 0, signal: null });
    await waitUntil('the adopted database is stopped too', () => processesOf(dataDir).length === 0);
  });

  it('recovers after a kill -9 of the database too, with a stale postmaster.pid', async () => {
    const first = start({ DEMO_FLEET: '2' });
    await first.untilHealthy();
    await waitUntil('both are stored', async () => {
      return (await first.query('SELECT 1 FROM orchestrator_instances')).length === 2;
    });
    const stale = join(dataDir, 'postgres', 'postmaster.pid');
    first.signal('SIGKILL');
    const postmaster = Number(readFileSync(stale, 'utf8').split('\n')[0]);
    process.kill(postmaster, 'SIGKILL');
    await first.untilExit();
    await waitUntil('all are gone', () => processesOf(dataDir).length === 0);
    expect(statSync(stale).isFile()).toBe(true);
    const second = start({ DEMO_FLEET: '0' });
    await second.untilHealthy();
    await expect(second.query('SELECT 1 FROM orchestrator_instances')).resolves.toHaveLength(2);
  });
});
