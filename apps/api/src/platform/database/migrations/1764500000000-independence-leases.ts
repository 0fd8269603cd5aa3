import type { MigrationInterface, QueryRunner } from 'typeorm';
import { databaseFunction } from '../database-function.js';

const UP = [
  `ALTER TABLE organizations
    ADD independence_reason varchar(500),
    ADD independence_expires_at timestamptz,
    ADD independence_updated_at timestamptz,
    ADD independence_updated_by varchar(255)`,
  `ALTER TABLE orchestrator_instances
    ADD independence_reason varchar(500),
    ADD independence_expires_at timestamptz`,
  `CREATE INDEX orchestrator_instances_independence_expires_at_idx ON orchestrator_instances
    (independence_expires_at) WHERE is_independent AND independence_expires_at IS NOT NULL`,
  // Every lease of independence from start to end, with its actor and cause.
  `CREATE TABLE independence_grants (
    id bigserial NOT NULL,
    orchestrator_id varchar(50) NOT NULL,
    organization_id varchar(50) NOT NULL,
    source varchar(20) NOT NULL,
    reason varchar(500),
    expires_at timestamptz,
    started_at timestamptz NOT NULL,
    started_by varchar(255) NOT NULL,
    ended_at timestamptz,
    ended_by varchar(255),
    CONSTRAINT independence_grants_pkey PRIMARY KEY (id)
  )`,
  'CREATE INDEX independence_grants_orchestrator_id_idx ON independence_grants (orchestrator_id, id)',
  `CREATE UNIQUE INDEX independence_grants_open_key ON independence_grants (orchestrator_id)
    WHERE ended_at IS NULL`,
  // Incidents that would have been raised in the meantime.
  `CREATE TABLE independence_observations (
    id bigserial NOT NULL,
    grant_id bigint NOT NULL,
    at timestamptz NOT NULL,
    kind varchar(30) NOT NULL,
    detail varchar(500) NOT NULL,
    CONSTRAINT independence_observations_pkey PRIMARY KEY (id),
    CONSTRAINT independence_observations_grant_id_fkey FOREIGN KEY (grant_id)
      REFERENCES independence_grants (id) ON DELETE CASCADE
  )`,
  'CREATE INDEX independence_observations_grant_id_idx ON independence_observations (grant_id, id)',
  `INSERT INTO independence_grants (orchestrator_id, organization_id, source, started_at, started_by)
    SELECT orchestrator_id, organization_id, coalesce(independence_source, 'own'),
      coalesce(independence_updated_at, created_at), coalesce(independence_updated_by, 'unknown')
    FROM orchestrator_instances WHERE is_independent`,
  databaseFunction('stamp_independence', 'ef8f77bb372021d8'),
  databaseFunction('record_independence', 'f434b70f3b9f8767'),
  `CREATE TRIGGER orchestrator_instances_record_creation
    AFTER INSERT ON orchestrator_instances
    FOR EACH ROW WHEN (NEW.is_independent) EXECUTE FUNCTION record_independence()`,
  `CREATE TRIGGER orchestrator_instances_record_switch
    AFTER UPDATE OF is_independent, independence_source, independence_reason, independence_expires_at
    ON orchestrator_instances FOR EACH ROW
    WHEN ((OLD.is_independent, OLD.independence_source, OLD.independence_reason, OLD.independence_expires_at)
      IS DISTINCT FROM
      (NEW.is_independent, NEW.independence_source, NEW.independence_reason, NEW.independence_expires_at))
    EXECUTE FUNCTION record_independence()`,
  `CREATE TRIGGER orchestrator_instances_record_deletion
    AFTER DELETE ON orchestrator_instances
    FOR EACH ROW WHEN (OLD.is_independent) EXECUTE FUNCTION record_independence()`,
];

const DOWN = [
  'DROP TRIGGER orchestrator_instances_record_deletion ON orchestrator_instances',
  'DROP TRIGGER orchestrator_instances_record_switch ON orchestrator_instances',
  'DROP TRIGGER orchestrator_instances_record_creation ON orchestrator_instances',
  'DROP FUNCTION record_independence()',
  databaseFunction('stamp_independence', '381e30dd3c610400'),
  'DROP TABLE independence_observations, independence_grants',
  `ALTER TABLE orchestrator_instances DROP independence_expires_at, DROP independence_reason`,
  `ALTER TABLE organizations DROP independence_updated_by, DROP independence_updated_at,
    DROP independence_expires_at, DROP independence_reason`,
];

/** Independence as a lease with a reason, an end, and a record of suppressed incidents. */
export class IndependenceLeases1764500000000 implements MigrationInterface {
  readonly name = 'IndependenceLeases1764500000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}
