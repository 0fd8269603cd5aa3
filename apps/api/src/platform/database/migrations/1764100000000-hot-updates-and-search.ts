import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  // Columns written by heartbeats have no index (docs/adr/0003): PostgreSQL then updates within the page and leaves the
  // other indexes alone. The fill factor reserves the space for that.
  'DROP INDEX orchestrator_instances_status_idx, orchestrator_instances_last_seen_idx',
  'ALTER TABLE orchestrator_instances SET (fillfactor = 80)',
  // A trusted extension: the owner of the database may create it.
  'CREATE EXTENSION IF NOT EXISTS pg_trgm',
  `CREATE INDEX orchestrator_instances_search_idx ON orchestrator_instances
    USING gin (orchestrator_id gin_trgm_ops, name gin_trgm_ops)`,
  `CREATE INDEX organizations_search_idx ON organizations
    USING gin (organization_id gin_trgm_ops, name gin_trgm_ops)`,
];

const DOWN = [
  'DROP INDEX organizations_search_idx, orchestrator_instances_search_idx',
  'DROP EXTENSION pg_trgm',
  'ALTER TABLE orchestrator_instances RESET (fillfactor)',
  'CREATE INDEX orchestrator_instances_status_idx ON orchestrator_instances (status)',
  'CREATE INDEX orchestrator_instances_last_seen_idx ON orchestrator_instances (last_seen)',
];

/** Keeps heartbeat batches cheap, and supports searching for any part of an id or name. */
export class HotUpdatesAndSearch1764100000000 implements MigrationInterface {
  readonly name = 'HotUpdatesAndSearch1764100000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}
