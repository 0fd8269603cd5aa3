import { TestDatabase, waitUntil } from '@moolai/testing';
import { createDataSource } from './data-source.js';

const OF_ROWS = {
  directory: `SELECT id, orchestrator_id, organization_id, name, version, labels, is_independent,
      quarantined_at IS NOT NULL AS is_quarantined, created_at,
      search_form(orchestrator_id || E'\\n' || name) AS search_text
    FROM orchestrator_instances ORDER BY id`,
  activity: `SELECT id, orchestrator_id, last_seen, last_activity, updated_at
    FROM orchestrator_instances ORDER BY id`,
};

describe('the directory of orchestrators, and their activity', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await TestDatabase.create();
    await database.query(`INSERT INTO organizations (organization_id, name) VALUES ('a', 'A'), ('b', 'B')`);
  });

  afterAll(() => database.drop());

  async function expectThemToFollow(): Promise<number> {
    const directory = await database.query(OF_ROWS.directory);
    await expect(
      database.query(`SELECT id, orchestrator_id, organization_id, name, version, labels, is_independent,
        is_quarantined, created_at, search_text FROM orchestrator_directory ORDER BY id`),
    ).resolves.toEqual(directory);
    await expect(
      database.query(
        'SELECT id, orchestrator_id, last_seen, last_activity, updated_at FROM orchestrator_activity ORDER BY id',
      ),
    ).resolves.toEqual(await database.query(OF_ROWS.activity));
    return directory.length;
  }

  const insert = (from: number, to: number): string =>
    `INSERT INTO orchestrator_instances (orchestrator_id, organization_id, name, labels, last_seen, is_independent)
     SELECT 'O' || n, CASE WHEN n % 3 = 0 THEN 'b' ELSE 'a' END, 'Ørsted ' || n, jsonb_build_object('n', n),
       CASE WHEN n % 5 > 0 THEN now() - n * interval '1 hour' END, n % 4 = 0
     FROM generate_series(${from}, ${to}) AS n ON CONFLICT DO NOTHING`;
  const change = (what: string, where: string): string =>
    `UPDATE orchestrator_instances SET ${what} WHERE ${where}`;

  it.each([
    ['are made', insert(1, 40)],
    ['are there already, as some are', insert(31, 50)],
    ['send heartbeats', change(`last_seen = now(), status = 'active'`, 'id % 2 = 0')],
    ['are busy', change('last_activity = now()', 'id % 3 = 0')],
    ['change', change('updated_at = now()', 'id % 4 = 0')],
    ['get names and versions', change(`name = 'Node ' || id, version = '1.' || id`, 'id % 2 = 1')],
    ['lose their version', change('version = NULL', 'id % 5 = 0')],
    ['get labels', change(`labels = '{"region":"eu"}'`, 'id % 3 = 1')],
    ['are switched', change('is_independent = NOT is_independent', 'id % 2 = 0')],
    ['are quarantined', change('quarantined_at = now()', 'id % 7 = 0')],
    ['are released', change('quarantined_at = NULL', 'id % 14 = 0')],
    ['move', change(`organization_id = 'b'`, `organization_id = 'a' AND id % 5 = 0`)],
    ['get another id', change(`orchestrator_id = 'new-' || id`, 'id % 11 = 0')],
    ['were made at another time', change(`created_at = '2020-01-01'`, 'id % 9 = 0')],
    ['are not changed at all', change('name = name, last_seen = last_seen', 'true')],
    ['are deleted', 'DELETE FROM orchestrator_instances WHERE id % 7 = 0'],
    [
      'make room for others in one statement',
      `WITH gone AS (DELETE FROM orchestrator_instances WHERE id % 3 = 0) ${insert(100, 120)}`,
    ],
  ])('follow when orchestrators %s', async (_, statement) => {
    await database.query(statement);
    expect(await expectThemToFollow()).toBeGreaterThan(0);
  });

  it('follow when several connections change the same ones at once', async () => {
    const inOrder = `id IN (SELECT id FROM orchestrator_instances ORDER BY id FOR UPDATE)`;
    await Promise.all(
      Array.from({ length: 24 }, (_, n) =>
        database.query(
          n % 2 === 0
            ? change(`last_seen = to_timestamp(${n}), name = 'By ${n}'`, inOrder)
            : insert(200 + n * 10, 215 + n * 10),
        ),
      ),
    );
    expect(await expectThemToFollow()).toBeGreaterThan(0);
  });

  it('begin anew when all are removed', async () => {
    await database.query('TRUNCATE orchestrator_instances CASCADE');
    await expect(expectThemToFollow()).resolves.toBe(0);
    await database.query(insert(1, 5));
    await expect(expectThemToFollow()).resolves.toBe(5);
  });

  it('stay fast in a session whose plan was made when the table was small', async () => {
    await database.query('ANALYZE orchestrator_directory, orchestrator_activity');
    await database.query(
      `DO $$ BEGIN
         FOR n IN 1..10 LOOP
           ${change(`is_independent = n % 2 = 0, last_seen = to_timestamp(n)`, 'true')};
         END LOOP;
         DELETE FROM orchestrator_instances WHERE orchestrator_id = 'O1';
         CREATE TABLE reads AS SELECT relname, idx_scan, seq_scan FROM pg_stat_xact_user_tables
           WHERE relname IN ('orchestrator_directory', 'orchestrator_activity') ORDER BY relname;
       END $$`,
    );
    await expect(
      database.query('SELECT relname, idx_scan > 0 AS by_key, seq_scan FROM reads'),
    ).resolves.toEqual([
      { relname: 'orchestrator_activity', by_key: true, seq_scan: '0' },
      { relname: 'orchestrator_directory', by_key: true, seq_scan: '0' },
    ]);
    await expect(expectThemToFollow()).resolves.toBe(4);
  });

  it('include rows written while they are filled for the first time', async () => {
    const dataSource = createDataSource(database.connection);
    await dataSource.initialize();
    const isThere = `SELECT to_regclass('orchestrator_directory') IS NOT NULL AS yes`;
    while ((await database.query<{ yes: boolean }>(isThere))[0]?.yes) await dataSource.undoLastMigration();
    const somebody = dataSource.createQueryRunner();
    await somebody.startTransaction();
    await somebody.query(insert(1_001, 1_003));
    const migrating = dataSource.runMigrations();
    await waitUntil('the migration waits for somebody', async () => {
      const waiting = await database.query(
        `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'orchestrator_instances'::regclass
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      );
      return waiting.length > 0;
    });
    await somebody.commitTransaction();
    await somebody.release();
    await migrating;
    await dataSource.destroy();
    expect(await expectThemToFollow()).toBeGreaterThan(3);
  });
});
