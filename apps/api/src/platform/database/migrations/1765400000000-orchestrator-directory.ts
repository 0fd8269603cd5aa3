import type { MigrationInterface, QueryRunner } from 'typeorm';
import { databaseFunction } from '../database-function.js';

const COPIED = [
  'orchestrator_id',
  'organization_id',
  'name',
  'version',
  'labels',
  'is_independent',
  'created_at',
];
const FILED = ['id', ...COPIED, 'is_quarantined', 'search_text'].join(', ');
/** The values of these columns. */
const VALUES = [
  ...COPIED,
  'quarantined_at IS NOT NULL',
  `search_form(orchestrator_id || E'\\n' || name)`,
].join(', ');
const FILED_FROM = [...COPIED, 'quarantined_at'];
const rowOf = (row: 'OLD' | 'NEW'): string =>
  `(${FILED_FROM.map((column) => `${row}.${column}`).join(', ')})`;
const MOVING = 'last_seen, last_activity, updated_at';

const UP = [
  // A change between the copy and the creation of the triggers would be lost.
  'LOCK TABLE orchestrator_instances IN ACCESS EXCLUSIVE MODE',
  // The migration that created the counts did not lock the table, so count again.
  'DELETE FROM orchestrator_counts',
  `INSERT INTO orchestrator_counts (organization_id, is_independent, shard, count)
    SELECT organization_id, is_independent, 0, count(*) FROM orchestrator_instances GROUP BY 1, 2`,
  databaseFunction('search_form', 'd3e0f1101a829879'),
  // Columns that lists search and sort by (docs/adr/0012), apart from the pages that heartbeats write.
  `CREATE TABLE orchestrator_directory (
    id integer NOT NULL CONSTRAINT orchestrator_directory_pkey PRIMARY KEY,
    orchestrator_id varchar(50) NOT NULL,
    organization_id varchar(50) NOT NULL,
    name varchar(255) NOT NULL,
    version varchar(100),
    labels jsonb NOT NULL,
    is_independent boolean NOT NULL,
    is_quarantined boolean NOT NULL,
    created_at timestamptz NOT NULL,
    search_text text COLLATE "C" NOT NULL
  )`,
  // Columns that heartbeats change and lists sort by, in rows narrow enough for cheap indexes.
  `CREATE TABLE orchestrator_activity (
    id integer NOT NULL CONSTRAINT orchestrator_activity_pkey PRIMARY KEY,
    orchestrator_id varchar(50) NOT NULL,
    last_seen timestamptz,
    last_activity timestamptz,
    updated_at timestamptz NOT NULL
  )`,
  `INSERT INTO orchestrator_directory (${FILED}) SELECT id, ${VALUES} FROM orchestrator_instances`,
  `INSERT INTO orchestrator_activity (id, orchestrator_id, ${MOVING})
    SELECT id, orchestrator_id, ${MOVING} FROM orchestrator_instances`,
  `CREATE INDEX orchestrator_directory_orchestrator_id_idx ON orchestrator_directory (orchestrator_id)
    INCLUDE (id, is_independent, search_text)`,
  'CREATE INDEX orchestrator_directory_organization_id_idx ON orchestrator_directory (organization_id, orchestrator_id)',
  'CREATE INDEX orchestrator_directory_name_idx ON orchestrator_directory (name, orchestrator_id)',
  'CREATE INDEX orchestrator_directory_created_at_idx ON orchestrator_directory (created_at, orchestrator_id)',
  'CREATE INDEX orchestrator_directory_version_idx ON orchestrator_directory (version NULLS FIRST, orchestrator_id)',
  'CREATE INDEX orchestrator_directory_is_independent_idx ON orchestrator_directory (orchestrator_id) WHERE is_independent',
  'CREATE INDEX orchestrator_directory_labels_idx ON orchestrator_directory USING gin (labels)',
  'CREATE INDEX orchestrator_directory_search_idx ON orchestrator_directory USING gin (search_text gin_trgm_ops)',
  'CREATE INDEX orchestrator_activity_last_seen_idx ON orchestrator_activity (last_seen NULLS FIRST, orchestrator_id)',
  `CREATE INDEX orchestrator_activity_last_activity_idx
    ON orchestrator_activity (last_activity NULLS FIRST, orchestrator_id)`,
  'CREATE INDEX orchestrator_activity_updated_at_idx ON orchestrator_activity (updated_at, orchestrator_id)',
  databaseFunction('follow_orchestrators', 'e02b93cf9a8143b2'),
  databaseFunction('file_orchestrator', 'cf2e14fe7e562685'),
  `CREATE TRIGGER orchestrator_instances_follow_insert AFTER INSERT ON orchestrator_instances
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION follow_orchestrators()`,
  `CREATE TRIGGER orchestrator_instances_follow_update AFTER UPDATE ON orchestrator_instances
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION follow_orchestrators()`,
  `CREATE TRIGGER orchestrator_instances_follow_delete AFTER DELETE ON orchestrator_instances
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION follow_orchestrators()`,
  `CREATE TRIGGER orchestrator_instances_follow_truncate AFTER TRUNCATE ON orchestrator_instances
    FOR EACH STATEMENT EXECUTE FUNCTION follow_orchestrators()`,
  `CREATE TRIGGER orchestrator_instances_file AFTER UPDATE OF ${FILED_FROM.join(', ')} ON orchestrator_instances
    FOR EACH ROW WHEN (${rowOf('OLD')} IS DISTINCT FROM ${rowOf('NEW')}) EXECUTE FUNCTION file_orchestrator()`,
  'DROP INDEX orchestrator_instances_name_idx, orchestrator_instances_created_at_idx, orchestrator_instances_search_idx',
  'DROP INDEX orchestrator_instances_is_independent_idx, orchestrator_instances_labels_idx',
];

const DOWN = [
  'CREATE INDEX orchestrator_instances_labels_idx ON orchestrator_instances USING gin (labels)',
  'CREATE INDEX orchestrator_instances_is_independent_idx ON orchestrator_instances (is_independent)',
  `CREATE INDEX orchestrator_instances_search_idx ON orchestrator_instances
    USING gin (orchestrator_id gin_trgm_ops, name gin_trgm_ops)`,
  'CREATE INDEX orchestrator_instances_created_at_idx ON orchestrator_instances (created_at, orchestrator_id)',
  'CREATE INDEX orchestrator_instances_name_idx ON orchestrator_instances (name, orchestrator_id)',
  'DROP TRIGGER orchestrator_instances_file ON orchestrator_instances',
  'DROP TRIGGER orchestrator_instances_follow_truncate ON orchestrator_instances',
  'DROP TRIGGER orchestrator_instances_follow_delete ON orchestrator_instances',
  'DROP TRIGGER orchestrator_instances_follow_update ON orchestrator_instances',
  'DROP TRIGGER orchestrator_instances_follow_insert ON orchestrator_instances',
  'DROP FUNCTION file_orchestrator()',
  'DROP FUNCTION follow_orchestrators()',
  'DROP TABLE orchestrator_activity',
  'DROP TABLE orchestrator_directory',
  'DROP FUNCTION search_form(text)',
];

/**
 * Separates the columns that lists read from those that heartbeats write, so that neither slows down the other
 * (docs/adr/0012).
 */
export class OrchestratorDirectory1765400000000 implements MigrationInterface {
  readonly name = 'OrchestratorDirectory1765400000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}
