import { ControllerProcess, freePort, newDataDir, waitUntil } from '@moolai/testing';
import pg from 'pg';
import { databaseEnv } from '../support/command.js';
import { ServerRole } from '../support/server-roles.js';

const LIMIT = 25;

describe('a role with a connection limit', () => {
  let role: ServerRole;
  let dataDir: string;

  beforeAll(async () => {
    role = await ServerRole.create(`CONNECTION LIMIT ${LIMIT}`);
    dataDir = newDataDir();
  });

  afterAll(async () => {
    ControllerProcess.killLeftovers();
    await role.drop();
  });

  async function start(env: Record<string, string> = {}): Promise<ControllerProcess> {
    const settings = { ...databaseEnv(role.connection), LOG_FORMAT: 'json', TAKEOVER_WAIT_SEC: '60', ...env };
    return new ControllerProcess(await freePort(), dataDir, settings);
  }

  async function poolSize(controller: ControllerProcess): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${controller.port}/metrics`);
    return Number(/^moolai_database_pool_size (\d+)$/m.exec(await response.text())?.[1]);
  }

  it('has room for a controller with a busy pool and for the next one beside it', async () => {
    const first = await start();
    await first.untilHealthy();
    const size = await poolSize(first);
    // Every connection of the pool waits for this lock.
    const holder = new pg.Client(role.superuser);
    await holder.connect();
    await holder.query('BEGIN; LOCK TABLE organizations IN ACCESS EXCLUSIVE MODE');
    const requests = Array.from({ length: 2 * size }, () =>
      first.fetch('/api/v1/controller/organizations', 'fake-dev-token'),
    );
    await waitUntil('its pool is busy', async () => {
      // It takes an extra connection.
      await first.fetch('/health/ready');
      const rows = await role.administer(
        `SELECT 1 FROM pg_stat_activity WHERE usename = '${role.name}' AND wait_event_type = 'Lock'`,
      );
      return rows.length >= Math.floor(size / 2);
    });
    const second = await start();
    await waitUntil('the second one waits for its turn', () => second.output.includes('waiting up to 60 s'));
    await holder.query('ROLLBACK');
    await holder.end();
    const answers = await Promise.all(requests);
    expect(answers.map((answer) => answer?.status)).toEqual(answers.map(() => 200));
    first.signal('SIGTERM');
    await second.untilHealthy();
    expect(await first.untilExit()).toMatchObject({ code: 0 });
    expect(first.output + second.output).not.toContain('too many connections');
    expect(size).toBeLessThanOrEqual(LIMIT - 10);
    second.signal('SIGTERM');
    expect(await second.untilExit()).toMatchObject({ code: 0 });
  }, 120_000);

  it('is not exceeded by a setting: the start tells what to set', async () => {
    const greedy = await start({ DATABASE_POOL_SIZE: '16' });
    expect(await greedy.untilExit()).toMatchObject({ code: 1 });
    expect(greedy.errors).toBe(
      `moolai-controller: the role ${role.name} may have 25 connections, and the controller needs 10 besides its ` +
        `pool of 16: set DATABASE_POOL_SIZE to at most 15, or ALTER ROLE ${role.name} CONNECTION LIMIT 29\n`,
    );
    const modest = await start({ DATABASE_POOL_SIZE: '6' });
    await modest.untilHealthy();
    expect(await poolSize(modest)).toBe(6);
    modest.signal('SIGTERM');
    expect(await modest.untilExit()).toMatchObject({ code: 0 });
    await role.administer(`ALTER DATABASE ${role.name} CONNECTION LIMIT 9`);
    const crowded = await start();
    expect(await crowded.untilExit()).toMatchObject({ code: 1 });
    expect(crowded.errors).toContain(
      `the database ${role.name} may have 9 connections, and the controller needs 10 besides its pool of 4: ALTER DATABASE`,
    );
  }, 120_000);
});
