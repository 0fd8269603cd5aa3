import type { MigrationInterface, QueryRunner } from 'typeorm';
import { databaseFunction } from '../database-function.js';

const UP = [
  `ALTER TABLE fleet_configuration
    ADD schemas jsonb NOT NULL DEFAULT '{}',
    ADD revision integer NOT NULL DEFAULT 0`,
  'ALTER TABLE organizations ADD settings_revision integer NOT NULL DEFAULT 0',
  `ALTER TABLE orchestrator_instances
    ADD own_config_revision integer NOT NULL DEFAULT 0,
    ADD config_hash varchar(64),
    ADD config_changed_at timestamptz NOT NULL DEFAULT now(),
    ADD config_ack_version integer,
    ADD config_ack_status varchar(20),
    ADD config_ack_detail text,
    ADD config_ack_at timestamptz`,
  // Content of one level (fleet, organization, orchestrator) from a point in time. Never changed: a rollback is a new
  // revision with old content.
  `CREATE TABLE configuration_revisions (
    id bigserial NOT NULL,
    level varchar(20) NOT NULL,
    level_id varchar(50) NOT NULL,
    revision integer NOT NULL,
    content jsonb NOT NULL,
    comment varchar(500),
    changed_by varchar(255) NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT configuration_revisions_pkey PRIMARY KEY (id),
    CONSTRAINT configuration_revisions_level_key UNIQUE (level, level_id, revision)
  )`,
  // The revisions that make up an orchestrator's configuration: a few numbers, however many orchestrators a change of
  // their organization affects.
  `CREATE TABLE orchestrator_config_versions (
    orchestrator_id varchar(50) NOT NULL,
    config_version integer NOT NULL,
    config_hash varchar(64) NOT NULL,
    organization_id varchar(50) NOT NULL,
    fleet_revision integer NOT NULL,
    organization_revision integer NOT NULL,
    own_revision integer NOT NULL,
    level varchar(20) NOT NULL,
    comment varchar(500),
    changed_by varchar(255) NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT orchestrator_config_versions_pkey PRIMARY KEY (orchestrator_id, config_version)
  )`,
  databaseFunction('refuse_change', '8a09cc8b406275ca'),
  `CREATE TRIGGER configuration_revisions_append_only
    BEFORE UPDATE OR DELETE ON configuration_revisions
    FOR EACH ROW EXECUTE FUNCTION refuse_change()`,
  // Configuration older than revisions becomes the first revision.
  `INSERT INTO configuration_revisions (level, level_id, revision, content, changed_by)
    SELECT 'fleet', 'fleet', 1, jsonb_build_object('defaults', defaults, 'schemas', schemas), 'migration'
    FROM fleet_configuration WHERE defaults <> '{}'`,
  `UPDATE fleet_configuration SET revision = 1 WHERE defaults <> '{}'`,
  `INSERT INTO configuration_revisions (level, level_id, revision, content, changed_by)
    SELECT 'organization', organization_id, 1, settings, 'migration' FROM organizations WHERE settings <> '{}'`,
  `UPDATE organizations SET settings_revision = 1 WHERE settings <> '{}'`,
  `INSERT INTO configuration_revisions (level, level_id, revision, content, changed_by)
    SELECT 'orchestrator', orchestrator_id, 1, jsonb_build_object('features', features,
      'session_config', session_config, 'privacy_mode', privacy_mode,
      'monitoring_enabled', monitoring_enabled, 'phoenix_endpoint', phoenix_endpoint), 'migration'
    FROM orchestrator_instances`,
  'UPDATE orchestrator_instances SET own_config_revision = 1',
];

const DOWN = [
  'DROP TABLE orchestrator_config_versions, configuration_revisions',
  'DROP FUNCTION refuse_change()',
  `ALTER TABLE orchestrator_instances
    DROP own_config_revision, DROP config_hash, DROP config_changed_at, DROP config_ack_version,
    DROP config_ack_status, DROP config_ack_detail, DROP config_ack_at`,
  'ALTER TABLE organizations DROP settings_revision',
  'ALTER TABLE fleet_configuration DROP schemas, DROP revision',
];

/** Stores every configuration change as a revision, and the acknowledgements of orchestrators. */
export class ConfigurationHistory1764200000000 implements MigrationInterface {
  readonly name = 'ConfigurationHistory1764200000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}
