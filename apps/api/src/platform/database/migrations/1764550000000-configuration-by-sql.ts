import type { MigrationInterface, QueryRunner } from 'typeorm';
import { databaseFunction } from '../database-function.js';

/** Each table with a configuration level: the level's name, its columns, and its revision counter. */
const LEVELS = [
  {
    table: 'fleet_configuration',
    level: 'fleet',
    columns: ['defaults', 'schemas'],
    revision: 'revision',
  },
  {
    table: 'organizations',
    level: 'organization',
    columns: ['settings'],
    revision: 'settings_revision',
  },
  {
    table: 'orchestrator_instances',
    level: 'orchestrator',
    columns: ['features', 'session_config', 'privacy_mode', 'monitoring_enabled', 'phoenix_endpoint'],
    revision: 'own_config_revision',
  },
];

const RECORD = [
  // Always present, so that no change has to insert it and block all others.
  'INSERT INTO fleet_configuration (id) VALUES (1) ON CONFLICT DO NOTHING',
  databaseFunction('record_configuration', '04c80ba0afc59a0a'),
  ...LEVELS.flatMap(({ table, level, columns, revision }) => [
    `CREATE TRIGGER ${table}_record_insert AFTER INSERT ON ${table}
      FOR EACH ROW WHEN (NEW.${revision} = 0) EXECUTE FUNCTION record_configuration('${level}')`,
    // By column: a heartbeat, which writes none of them, does not even evaluate the condition.
    `CREATE TRIGGER ${table}_record_update AFTER UPDATE OF ${columns.join(', ')} ON ${table}
      FOR EACH ROW WHEN (NEW.${revision} = OLD.${revision} AND
        (${columns.map((column) => `NEW.${column}`).join(', ')}) IS DISTINCT FROM
        (${columns.map((column) => `OLD.${column}`).join(', ')}))
      EXECUTE FUNCTION record_configuration('${level}')`,
  ]),
];

const APPEND_ONLY = [
  `CREATE TRIGGER orchestrator_config_versions_append_only
    BEFORE UPDATE OR DELETE ON orchestrator_config_versions
    FOR EACH ROW EXECUTE FUNCTION refuse_change()`,
  ...['configuration_revisions', 'orchestrator_config_versions'].map(
    (table) => `CREATE TRIGGER ${table}_no_truncate BEFORE TRUNCATE ON ${table}
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
  ),
];

const DOWN = [
  'DROP TRIGGER configuration_revisions_no_truncate ON configuration_revisions',
  'DROP TRIGGER orchestrator_config_versions_no_truncate ON orchestrator_config_versions',
  'DROP TRIGGER orchestrator_config_versions_append_only ON orchestrator_config_versions',
  ...LEVELS.flatMap(({ table }) => [
    `DROP TRIGGER ${table}_record_insert ON ${table}`,
    `DROP TRIGGER ${table}_record_update ON ${table}`,
  ]),
  'DROP FUNCTION record_configuration()',
];

/** Configuration changes by plain SQL create revisions too, and no history can be rewritten. */
export class ConfigurationBySql1764550000000 implements MigrationInterface {
  readonly name = 'ConfigurationBySql1764550000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [...RECORD, ...APPEND_ONLY]) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}
