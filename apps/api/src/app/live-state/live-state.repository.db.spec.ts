import { TestDatabase } from '@moolai/testing';
import { createDataSource } from '../../platform/database/data-source.js';
import { LiveStateRepository, type LiveRow, type LiveRows } from './live-state.repository.js';

const AT = Date.parse('2026-06-01T12:00:00.000Z');

describe('LiveStateRepository', () => {
  let database: TestDatabase;
  let close: () => Promise<void>;
  let repository: LiveStateRepository;

  beforeAll(async () => {
    database = await TestDatabase.create();
    const dataSource = createDataSource(database.connection);
    await dataSource.initialize();
    close = () => dataSource.destroy();
    repository = new LiveStateRepository(dataSource, { startId: 7 });
  });

  afterAll(async () => {
    await close();
    await database.drop();
  });

  beforeEach(async () => {
    await database.query('TRUNCATE organizations CASCADE');
    await database.query(`INSERT INTO organizations (organization_id, name) VALUES ('org-1', 'One')`);
    await database.query(
      `INSERT INTO orchestrator_instances (orchestrator_id, organization_id, name, is_independent, last_seen, status)
       VALUES ('managed', 'org-1', 'M', false, $1, 'active'), ('free', 'org-1', 'F', true, $1, 'independent')`,
      [new Date(AT)],
    );
  });

  async function row(id: string): Promise<Record<string, unknown>> {
    const rows = await database.query(
      'SELECT last_seen, status, health_status, last_activity FROM orchestrator_instances WHERE orchestrator_id = $1',
      [id],
    );
    return rows[0] as Record<string, unknown>;
  }

  const write = (rows: LiveRows): Promise<void> => repository.writeAll(rows, new Date(AT));

  const none = { orchestratorIds: [], statuses: [], seenMs: [] };

  /** A batch of heartbeats only. */
  const seen = (...heartbeats: [string, number][]) => ({
    seen: {
      orchestratorIds: heartbeats.map(([id]) => id),
      statuses: heartbeats.map(() => 'active' as const),
      seenMs: heartbeats.map(([, ms]) => ms),
    },
    others: [],
  });

  /** A batch of other changes only. */
  const other = (orchestratorId: string, rest: Partial<LiveRow> = {}) => ({
    seen: none,
    others: [
      {
        orchestratorId,
        status: 'active' as const,
        activityMs: null,
        health: null,
        configAck: null,
        lostMs: null,
        ...rest,
      },
    ],
  });

  it('moves last_seen forward and never back', async () => {
    await write(seen(['managed', AT + 5]));
    expect((await row('managed'))['last_seen']).toEqual(new Date(AT + 5));
    await write(seen(['managed', AT - 5]));
    expect((await row('managed'))['last_seen']).toEqual(new Date(AT + 5));
  });

  it('moves last_seen out of the future, written before the clock was set back', async () => {
    await write(seen(['managed', AT + 3_600_000]));
    await write(other('managed', { activityMs: AT + 3_600_000 }));
    expect((await row('managed'))['last_seen']).toEqual(new Date(AT + 3_600_000));
    await write({ ...seen(['managed', AT - 5]), others: other('managed', { activityMs: AT - 5 }).others });
    expect(await row('managed')).toMatchObject({
      last_seen: new Date(AT - 5),
      last_activity: new Date(AT - 5),
    });
  });

  it('stores the latest time of a reconnected orchestrator, with its other changes', async () => {
    const health = { status: 'ok' };
    await write({
      ...seen(['managed', AT + 9_000_000_000], ['managed', AT + 5]),
      others: other('managed', { health: JSON.stringify(health), status: 'inactive' }).others,
    });
    expect(await row('managed')).toMatchObject({
      last_seen: new Date(AT + 9_000_000_000),
      status: 'active',
      health_status: health,
    });
  });

  it('moves neither last_seen nor status of an independent one, whatever memory has', async () => {
    await write(seen(['free', AT + 5], ['managed', AT + 5]));
    expect(await row('free')).toMatchObject({ last_seen: new Date(AT), status: 'independent' });
    expect((await row('managed'))['last_seen']).toEqual(new Date(AT + 5));
  });

  it('leaves rows alone that another live instance owns, and writes those of one that has ended', async () => {
    await database.query(
      'INSERT INTO controller_starts (id, ended_at) VALUES (7, NULL), (8, NULL), (9, now())',
    );
    const ownedBy = async (startId: number): Promise<unknown> => {
      await database.query('UPDATE orchestrator_instances SET heard_in_start = $1, last_seen = $2', [
        startId,
        new Date(AT),
      ]);
      await write(seen(['managed', AT + 5]));
      return (await row('managed'))['last_seen'];
    };
    await expect(ownedBy(8)).resolves.toEqual(new Date(AT));
    await expect(ownedBy(7)).resolves.toEqual(new Date(AT + 5));
    await expect(ownedBy(9)).resolves.toEqual(new Date(AT + 5));
  });

  it('leaves unnamed rows alone, and skips deleted ones', async () => {
    const health = { status: 'ok', load: 0.5 };
    await write({
      ...seen(['gone', AT]),
      others: other('managed', { health: JSON.stringify(health), activityMs: AT + 1 }).others,
    });
    await write(other('managed'));
    expect(await row('managed')).toEqual({
      last_seen: new Date(AT),
      status: 'active',
      health_status: health,
      last_activity: new Date(AT + 1),
    });
  });

  it('stores a configuration acknowledgement, unless it is outdated or of an unknown version', async () => {
    await database.query('UPDATE orchestrator_instances SET config_version = 5');
    const acknowledge = async (version: number, status: 'applied' | 'failed'): Promise<unknown> => {
      const appliedVersion = status === 'applied' ? version : null;
      const configAck = { version, status, detail: null, atMs: AT, appliedVersion };
      await write(other('managed', { configAck }));
      const [row] = await database.query(
        `SELECT config_ack_version AS version, config_ack_status AS status, reported_config_version AS runs
         FROM orchestrator_instances WHERE orchestrator_id = 'managed'`,
      );
      return row;
    };
    await expect(acknowledge(3, 'applied')).resolves.toEqual({ version: 3, status: 'applied', runs: 3 });
    await expect(acknowledge(2, 'applied')).resolves.toEqual({ version: 3, status: 'applied', runs: 3 });
    await expect(acknowledge(4, 'failed')).resolves.toEqual({ version: 4, status: 'failed', runs: 3 });
    await expect(acknowledge(6, 'applied')).resolves.toEqual({ version: 4, status: 'failed', runs: 3 });
    await expect(acknowledge(5, 'applied')).resolves.toEqual({ version: 5, status: 'applied', runs: 5 });
  });
});
