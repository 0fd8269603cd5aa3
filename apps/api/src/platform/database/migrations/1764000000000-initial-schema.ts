import type { MigrationInterface, QueryRunner } from 'typeorm';
import { databaseFunction } from '../database-function.js';

const TABLES = [
  `CREATE TABLE organizations (
    organization_id varchar(50) NOT NULL,
    name varchar(255) NOT NULL,
    status varchar(20) NOT NULL DEFAULT 'active',
    is_active boolean NOT NULL DEFAULT true,
    is_independent boolean NOT NULL DEFAULT false,
    settings jsonb NOT NULL DEFAULT '{}',
    admin_email varchar(255),
    support_email varchar(255),
    website varchar(255),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT organizations_pkey PRIMARY KEY (organization_id)
  )`,
  `CREATE TABLE orchestrator_instances (
    id serial NOT NULL,
    orchestrator_id varchar(50) NOT NULL,
    organization_id varchar(50) NOT NULL,
    name varchar(255) NOT NULL,
    organization_name varchar(255),
    status varchar(20) NOT NULL DEFAULT 'inactive',
    health_status jsonb NOT NULL DEFAULT '{}',
    is_independent boolean NOT NULL DEFAULT false,
    last_seen timestamptz,
    features jsonb NOT NULL DEFAULT '{}',
    session_config jsonb NOT NULL DEFAULT '{}',
    privacy_mode boolean DEFAULT false,
    internal_url varchar(255),
    database_url varchar(255),
    redis_url varchar(255),
    container_id varchar(100),
    image_name varchar(255),
    environment_variables jsonb NOT NULL DEFAULT '{}',
    phoenix_endpoint varchar(255),
    monitoring_enabled boolean DEFAULT false,
    admin_email varchar(255),
    support_email varchar(255),
    website varchar(255),
    last_activity timestamptz,
    labels jsonb NOT NULL DEFAULT '{}',
    version varchar(100),
    capabilities jsonb NOT NULL DEFAULT '[]',
    metadata jsonb NOT NULL DEFAULT '{}',
    config_version integer NOT NULL DEFAULT 1,
    reported_config_version integer,
    independence_source varchar(20),
    independence_version bigint NOT NULL DEFAULT 0,
    independence_updated_at timestamptz,
    independence_updated_by varchar(255),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT orchestrator_instances_pkey PRIMARY KEY (id),
    CONSTRAINT orchestrator_instances_orchestrator_id_key UNIQUE (orchestrator_id),
    CONSTRAINT orchestrator_instances_organization_id_fkey FOREIGN KEY (organization_id)
      REFERENCES organizations (organization_id)
  )`,
  `CREATE TABLE orchestrator_messages (
    id serial NOT NULL,
    orchestrator_id varchar(50) NOT NULL,
    direction varchar(20) NOT NULL,
    message_type varchar(50) NOT NULL,
    message_content jsonb NOT NULL,
    status varchar(20) NOT NULL DEFAULT 'pending',
    attempts integer NOT NULL DEFAULT 0,
    client_message_id varchar(255),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT orchestrator_messages_pkey PRIMARY KEY (id)
  )`,
  `CREATE TABLE fleet_configuration (
    id smallint NOT NULL,
    defaults jsonb NOT NULL DEFAULT '{}',
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT fleet_configuration_pkey PRIMARY KEY (id)
  )`,
];

/** One index for each filter and sort order of the lists (contract section 2). */
const INDEXES = [
  'CREATE INDEX organizations_name_idx ON organizations (name)',
  'CREATE INDEX organizations_status_idx ON organizations (status)',
  'CREATE INDEX organizations_created_at_idx ON organizations (created_at)',
  'CREATE INDEX orchestrator_instances_organization_id_idx ON orchestrator_instances (organization_id)',
  'CREATE INDEX orchestrator_instances_status_idx ON orchestrator_instances (status)',
  'CREATE INDEX orchestrator_instances_is_independent_idx ON orchestrator_instances (is_independent)',
  'CREATE INDEX orchestrator_instances_name_idx ON orchestrator_instances (name)',
  'CREATE INDEX orchestrator_instances_last_seen_idx ON orchestrator_instances (last_seen)',
  'CREATE INDEX orchestrator_instances_created_at_idx ON orchestrator_instances (created_at)',
  'CREATE INDEX orchestrator_instances_labels_idx ON orchestrator_instances USING gin (labels)',
  'CREATE INDEX orchestrator_messages_orchestrator_id_idx ON orchestrator_messages (orchestrator_id, id)',
  'CREATE INDEX orchestrator_messages_status_idx ON orchestrator_messages (direction, status)',
  'CREATE INDEX orchestrator_messages_message_type_idx ON orchestrator_messages (message_type)',
  `CREATE UNIQUE INDEX orchestrator_messages_client_message_id_key
    ON orchestrator_messages (orchestrator_id, client_message_id) WHERE client_message_id IS NOT NULL`,
];

/**
 * Heartbeats read the independence flag from memory, and yet a switch by plain SQL must apply to the next one: the
 * database numbers and announces each switch. The number tells whether an announcement that arrives late is older than
 * a switch through REST.
 */
const INDEPENDENCE = [
  'CREATE SEQUENCE independence_version_seq',
  databaseFunction('stamp_independence', '381e30dd3c610400'),
  `CREATE TRIGGER orchestrator_instances_stamp_independence
    BEFORE INSERT OR UPDATE OF is_independent ON orchestrator_instances
    FOR EACH ROW EXECUTE FUNCTION stamp_independence()`,
  databaseFunction('announce_independence', 'f9f7620e7e5be340'),
  `CREATE TRIGGER orchestrator_instances_announce_switch
    AFTER UPDATE OF is_independent ON orchestrator_instances
    FOR EACH ROW WHEN (OLD.is_independent IS DISTINCT FROM NEW.is_independent)
    EXECUTE FUNCTION announce_independence()`,
  `CREATE TRIGGER orchestrator_instances_announce_delete
    AFTER DELETE ON orchestrator_instances
    FOR EACH ROW EXECUTE FUNCTION announce_independence()`,
  `CREATE TRIGGER orchestrator_instances_announce_truncate
    AFTER TRUNCATE ON orchestrator_instances
    FOR EACH STATEMENT EXECUTE FUNCTION announce_independence()`,
];

/** The HLD's three tables (4.1), the contract's additions, and the announcement of switches. */
export class InitialSchema1764000000000 implements MigrationInterface {
  readonly name = 'InitialSchema1764000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [...TABLES, ...INDEXES, ...INDEPENDENCE]) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE fleet_configuration, orchestrator_messages, orchestrator_instances');
    await queryRunner.query('DROP TABLE organizations');
    await queryRunner.query('DROP FUNCTION announce_independence(), stamp_independence()');
    await queryRunner.query('DROP SEQUENCE independence_version_seq');
  }
}
