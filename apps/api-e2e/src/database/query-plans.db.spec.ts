import { TestDatabase } from '@moolai/testing';

/**
 * Twenty thousand orchestrators in a hundred organizations: enough for the planner to choose as it
 * would for a real fleet. What is asserted is the plan, not the time.
 */
describe('query plans of the lists', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await TestDatabase.create();
    await database.query(
      `INSERT INTO organizations (organization_id, name)
       SELECT 'org-' || n, 'Organization ' || n FROM generate_series(1, 100) AS n`,
    );
    await database.query(
      `INSERT INTO orchestrator_instances (orchestrator_id, organization_id, name, labels, last_seen, is_independent)
       SELECT 'orch-' || n, 'org-' || (n % 100 + 1), 'Node ' || n,
         jsonb_build_object('region', 'r' || (n % 50), 'rack', 'k' || n), now() - n * interval '1 second', n % 200 = 0
       FROM generate_series(1, 20000) AS n`,
    );
    await database.query('VACUUM ANALYZE organizations');
    await database.query('VACUUM ANALYZE orchestrator_instances');
  });

  afterAll(() => database.drop());

  it.each([
    ['the organization filter', `organization_id = 'org-7'`, 'orchestrator_id'],
    ['the independence filter', 'is_independent', 'orchestrator_id'],
    ['a label with its value', `labels @> '{"rack":"k77"}'`, 'orchestrator_id'],
    [
      'a status filter, which is one on ids',
      `orchestrator_id = ANY('{orch-1,orch-2,orch-3}')`,
      'orchestrator_id',
    ],
    [
      'a search in ids and names',
      `(orchestrator_id ILIKE '%h-1234%' OR name ILIKE '%h-1234%')`,
      'orchestrator_id',
    ],
    ['a sort by id', 'true', 'orchestrator_id'],
    ['a sort by name', 'true', 'name'],
    ['a sort by creation', 'true', 'created_at DESC'],
  ])('reads no table from end to end for %s', async (_, where, order) => {
    const rows = await database.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT * FROM orchestrator_instances WHERE ${where} ORDER BY ${order} LIMIT 50`,
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).not.toContain('Seq Scan');
  });

  it.each(['name', 'created_at'])(
    'finds a late page by %s in its index alone, in both directions',
    async (field) => {
      for (const direction of ['ASC', 'DESC']) {
        const rows = await database.query<{ 'QUERY PLAN': string }>(
          `EXPLAIN SELECT orchestrator_id FROM orchestrator_instances
         ORDER BY ${field} ${direction}, orchestrator_id ${direction} OFFSET 15000 LIMIT 50`,
        );
        const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
        expect(plan).toContain(`using orchestrator_instances_${field}_idx`);
        expect(plan).toContain('Index Only Scan');
        expect(plan).not.toContain('Sort');
      }
    },
  );

  it('keeps what heartbeats write free of indexes (docs/adr/0003)', async () => {
    const rows = await database.query<{ column_name: string }>(
      `SELECT a.attname AS column_name FROM pg_index i
       JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
       WHERE i.indrelid = 'orchestrator_instances'::regclass`,
    );
    const indexed = rows.map((row) => row.column_name);
    expect(indexed).toContain('orchestrator_id');
    for (const hot of ['last_seen', 'status', 'health_status', 'last_activity'])
      expect(indexed).not.toContain(hot);
  });
});
