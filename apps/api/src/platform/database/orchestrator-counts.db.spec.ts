import { TestDatabase } from '@moolai/testing';

interface Count {
  organization_id: string;
  is_independent: boolean;
  count: number;
}

describe('the counts of orchestrators', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await TestDatabase.create();
    await database.query(`INSERT INTO organizations (organization_id, name) VALUES ('a', 'A'), ('b', 'B')`);
  });

  afterAll(() => database.drop());

  const kept = (): Promise<Count[]> =>
    database.query<Count>(
      `SELECT organization_id, is_independent, sum(count)::int AS count FROM orchestrator_counts
       GROUP BY 1, 2 HAVING sum(count) <> 0 ORDER BY 1, 2`,
    );

  const counted = (): Promise<Count[]> =>
    database.query<Count>(
      `SELECT organization_id, is_independent, count(*)::int AS count FROM orchestrator_instances
       GROUP BY 1, 2 ORDER BY 1, 2`,
    );

  const insert = (from: number, to: number): string =>
    `INSERT INTO orchestrator_instances (orchestrator_id, organization_id, name, is_independent)
     SELECT 'o' || n, CASE WHEN n % 3 = 0 THEN 'b' ELSE 'a' END, 'O', n % 4 = 0
     FROM generate_series(${from}, ${to}) AS n ON CONFLICT DO NOTHING`;

  it.each([
    ['are made', insert(1, 40)],
    ['are there already, as some are', insert(31, 50)],
    ['send heartbeats', 'UPDATE orchestrator_instances SET last_seen = now()'],
    [
      'are switched',
      `UPDATE orchestrator_instances SET is_independent = NOT is_independent WHERE id % 2 = 0`,
    ],
    [
      'move',
      `UPDATE orchestrator_instances SET organization_id = 'b' WHERE organization_id = 'a' AND id % 5 = 0`,
    ],
    ['are matched by no switch', 'UPDATE orchestrator_instances SET is_independent = true WHERE false'],
    ['are deleted', 'DELETE FROM orchestrator_instances WHERE id % 7 = 0'],
    [
      'make room for others in one statement',
      `WITH gone AS (DELETE FROM orchestrator_instances WHERE id % 3 = 0) ${insert(100, 120)}`,
    ],
  ])('are exact when orchestrators %s', async (_, statement) => {
    await database.query(statement);
    const exact = await counted();
    expect(exact.length).toBeGreaterThan(0);
    await expect(kept()).resolves.toEqual(exact);
  });

  it('are exact when several connections change the same ones at once', async () => {
    // Locks in the order of ids, as every batch of the controller does. Otherwise two of these would deadlock at times.
    const switchAll = `WITH locked AS MATERIALIZED (SELECT id FROM orchestrator_instances ORDER BY id FOR UPDATE)
      UPDATE orchestrator_instances AS o SET is_independent = NOT is_independent FROM locked WHERE o.id = locked.id`;
    await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        database.query(n % 2 === 0 ? insert(200 + n * 10, 215 + n * 10) : switchAll),
      ),
    );
    await expect(kept()).resolves.toEqual(await counted());
  });

  it('begin anew when all are removed', async () => {
    await database.query('TRUNCATE orchestrator_instances CASCADE');
    await expect(kept()).resolves.toEqual([]);
    await database.query(insert(1, 5));
    await expect(kept()).resolves.toEqual(await counted());
  });
});
