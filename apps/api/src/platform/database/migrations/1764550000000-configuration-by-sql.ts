import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Each table with a level: what it is called there, what it says, and where it counts its revisions. */
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
  // Always there, so that no change has to insert it, which would hold up all the others.
  'INSERT INTO fleet_configuration (id) VALUES (1) ON CONFLICT DO NOTHING',
  // The API numbers and records what it changes. Whatever leaves the number as it is was written by
  // somebody else, and is recorded here: a version that consists of revisions must not lie about them.
  `CREATE FUNCTION record_configuration() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    said jsonb;
    whose text;
    newest integer;
  BEGIN
    IF TG_ARGV[0] = 'fleet' THEN
      whose := 'fleet';
      said := jsonb_build_object('defaults', NEW.defaults, 'schemas', NEW.schemas);
    ELSIF TG_ARGV[0] = 'organization' THEN
      whose := NEW.organization_id;
      said := NEW.settings;
    ELSE
      whose := NEW.orchestrator_id;
      said := jsonb_build_object('features', NEW.features, 'session_config', NEW.session_config,
        'privacy_mode', NEW.privacy_mode, 'monitoring_enabled', NEW.monitoring_enabled,
        'phoenix_endpoint', NEW.phoenix_endpoint);
    END IF;
    SELECT coalesce(max(revision), 0) INTO newest FROM configuration_revisions
      WHERE level = TG_ARGV[0] AND level_id = whose;
    -- A level that never said anything has no revision.
    IF newest = 0 AND said IN ('{}', '{"defaults": {}, "schemas": {}}') THEN
      RETURN NULL;
    END IF;
    INSERT INTO configuration_revisions (level, level_id, revision, content, changed_by)
      VALUES (TG_ARGV[0], whose, newest + 1, said, 'sql:' || session_user);
    IF TG_ARGV[0] = 'fleet' THEN
      UPDATE fleet_configuration SET revision = newest + 1 WHERE id = NEW.id;
    ELSIF TG_ARGV[0] = 'organization' THEN
      UPDATE organizations SET settings_revision = newest + 1 WHERE organization_id = NEW.organization_id;
    ELSE
      UPDATE orchestrator_instances SET own_config_revision = newest + 1 WHERE id = NEW.id;
    END IF;
    RETURN NULL;
  END $$`,
  ...LEVELS.flatMap(({ table, level, columns, revision }) => [
    `CREATE TRIGGER ${table}_record_insert AFTER INSERT ON ${table}
      FOR EACH ROW WHEN (NEW.${revision} = 0) EXECUTE FUNCTION record_configuration('${level}')`,
    // By the columns: a heartbeat, which names none of them, does not even come to the condition.
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

/** What plain SQL changes of a configuration is a revision too, and no history can be rewritten. */
export class ConfigurationBySql1764550000000 implements MigrationInterface {
  readonly name = 'ConfigurationBySql1764550000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [...RECORD, ...APPEND_ONLY]) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}
