import type { MigrationInterface, QueryRunner } from 'typeorm';
import { databaseFunction } from '../database-function.js';

const UP = [
  // Exact number of orchestrators per organization, and of independent ones, without reading them. Several rows for
  // each, so that statements of different connections do not wait for each other.
  `CREATE TABLE orchestrator_counts (
    organization_id varchar(50) NOT NULL,
    is_independent boolean NOT NULL,
    shard smallint NOT NULL,
    count bigint NOT NULL,
    CONSTRAINT orchestrator_counts_pkey PRIMARY KEY (organization_id, is_independent, shard)
  )`,
  `INSERT INTO orchestrator_counts (organization_id, is_independent, shard, count)
    SELECT organization_id, is_independent, 0, count(*) FROM orchestrator_instances GROUP BY 1, 2`,
  databaseFunction('count_orchestrators', 'ff61579a82bf3086'),
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

/** Lets the overview and Prometheus count a fleet without reading all its rows. */
export class OrchestratorCounts1765240000000 implements MigrationInterface {
  readonly name = 'OrchestratorCounts1765240000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}
