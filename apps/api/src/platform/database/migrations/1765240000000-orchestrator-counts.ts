import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rows of a statement with what they count for; `sign` is 1 for those that there are now. */
const rows = (table: 'new_rows' | 'old_rows', sign: 1 | -1): string =>
  `SELECT organization_id, is_independent, ${sign} AS n FROM ${table}`;

const add = (changes: string): string =>
  `INSERT INTO orchestrator_counts AS c
        SELECT organization_id, is_independent, pg_backend_pid() % 16, sum(n) FROM (${changes}) AS changes
        GROUP BY organization_id, is_independent HAVING sum(n) <> 0 ORDER BY organization_id, is_independent
        ON CONFLICT (organization_id, is_independent, shard) DO UPDATE SET count = c.count + excluded.count`;

const UP = [
  // How many there are of each organization, and how many are independent, exact and without reading them.
  // Several rows for each, so that statements of different connections do not wait for each other.
  `CREATE TABLE orchestrator_counts (
    organization_id varchar(50) NOT NULL,
    is_independent boolean NOT NULL,
    shard smallint NOT NULL,
    count bigint NOT NULL,
    CONSTRAINT orchestrator_counts_pkey PRIMARY KEY (organization_id, is_independent, shard)
  )`,
  `INSERT INTO orchestrator_counts (organization_id, is_independent, shard, count)
    SELECT organization_id, is_independent, 0, count(*) FROM orchestrator_instances GROUP BY 1, 2`,
  `CREATE FUNCTION count_orchestrators() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'TRUNCATE' THEN
      DELETE FROM orchestrator_counts;
    ELSIF TG_OP = 'INSERT' THEN
      ${add(rows('new_rows', 1))};
    ELSIF TG_OP = 'DELETE' THEN
      ${add(rows('old_rows', -1))};
    ELSE
      ${add(`${rows('new_rows', 1)} UNION ALL ${rows('old_rows', -1)}`)};
    END IF;
    RETURN NULL;
  END $$`,
  `CREATE TRIGGER orchestrator_instances_count_insert AFTER INSERT ON orchestrator_instances
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_orchestrators()`,
  `CREATE TRIGGER orchestrator_instances_count_update AFTER UPDATE ON orchestrator_instances
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_orchestrators()`,
  `CREATE TRIGGER orchestrator_instances_count_delete AFTER DELETE ON orchestrator_instances
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_orchestrators()`,
  `CREATE TRIGGER orchestrator_instances_count_truncate AFTER TRUNCATE ON orchestrator_instances
    FOR EACH STATEMENT EXECUTE FUNCTION count_orchestrators()`,
];

const DOWN = [
  'DROP TRIGGER orchestrator_instances_count_truncate ON orchestrator_instances',
  'DROP TRIGGER orchestrator_instances_count_delete ON orchestrator_instances',
  'DROP TRIGGER orchestrator_instances_count_update ON orchestrator_instances',
  'DROP TRIGGER orchestrator_instances_count_insert ON orchestrator_instances',
  'DROP FUNCTION count_orchestrators()',
  'DROP TABLE orchestrator_counts',
];

/** The overview and the figures for Prometheus count a fleet without reading all its rows. */
export class OrchestratorCounts1765240000000 implements MigrationInterface {
  readonly name = 'OrchestratorCounts1765240000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}
