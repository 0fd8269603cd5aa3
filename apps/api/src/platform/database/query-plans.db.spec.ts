import { TestDatabase } from '@moolai/testing';

/**
 * Twenty thousand orchestrators in a hundred organizations: enough for the planner to choose as for a real fleet.
 * Asserts the plan, not the time.
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
    for (const kind of ['instances', 'directory', 'activity'])
      await database.query(`VACUUM ANALYZE orchestrator_${kind}`);
  });

  afterAll(() => database.drop());

  async function planOf(statement: string): Promise<string> {
    const rows = await database.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${statement}`);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  }

  it.each([
    ['the organization filter', `organization_id = 'org-7'`, 'orchestrator_id'],
    ['the independence filter', 'is_independent', 'orchestrator_id'],
    ['the version filter', `version = '9'`, 'orchestrator_id'],
    ['a label with its value', `labels @> '{"rack":"k77"}'`, 'orchestrator_id'],
    ['a status filter, which is one on ids', `id = ANY('{1,2,3}')`, 'orchestrator_id'],
    [
      'a status filter, which is one on bits',
      `NOT ((CASE WHEN id < 16 THEN get_bit('\\x0101'::bytea, id) ELSE 0 END) = 1)`,
      'orchestrator_id',
    ],
    ['a search in ids and names', `search_text LIKE search_form('%H-1234%')`, 'orchestrator_id'],
    ['a sort by id', 'true', 'orchestrator_id'],
  ])('reads no table completely for %s', async (_, where, order) => {
    const plan = await planOf(
      `SELECT orchestrator_id FROM orchestrator_directory WHERE ${where} ORDER BY ${order} LIMIT 50`,
    );
    expect(plan).not.toContain('Seq Scan');
  });

  it.each([
    ['directory', 'orchestrator_id', 'orchestrator_id'],
    ['directory', 'organization_id', 'organization_id %, orchestrator_id %'],
    ['directory', 'name', 'name %, orchestrator_id %'],
    ['directory', 'created_at', 'created_at %, orchestrator_id %'],
    ['directory', 'version', 'version %0, orchestrator_id %'],
    ['activity', 'last_seen', 'last_seen %0, orchestrator_id %'],
    ['activity', 'last_activity', 'last_activity %0, orchestrator_id %'],
    ['activity', 'updated_at', 'updated_at %, orchestrator_id %'],
  ])(
    'finds a late page of the %s by %s in its index only, in both directions',
    async (kind, field, order) => {
      for (const [direction, nulls] of [
        ['ASC', 'ASC NULLS FIRST'],
        ['DESC', 'DESC NULLS LAST'],
      ] as const) {
        const by = order.replaceAll('%0', nulls).replaceAll('%', direction);
        const plan = await planOf(
          `SELECT orchestrator_id FROM orchestrator_${kind} ORDER BY ${by} OFFSET 15000 LIMIT 50`,
        );
        expect(plan).toContain(`using orchestrator_${kind}_${field}_idx`);
        expect(plan).toContain('Index Only Scan');
        expect(plan).not.toContain('Sort');
      }
    },
  );

  it('keeps columns written by heartbeats free of indexes (docs/adr/0003)', async () => {
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
