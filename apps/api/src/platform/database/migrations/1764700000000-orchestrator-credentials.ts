import type { MigrationInterface, QueryRunner } from 'typeorm';
import { databaseFunction } from '../database-function.js';

const UP = [
  `CREATE TABLE enrolment_tokens (
    id serial NOT NULL,
    organization_id varchar(50) NOT NULL,
    name varchar(255) NOT NULL,
    token_hash bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    max_uses integer,
    uses integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by varchar(255) NOT NULL,
    last_used_at timestamptz,
    revoked_at timestamptz,
    revoked_by varchar(255),
    CONSTRAINT enrolment_tokens_pkey PRIMARY KEY (id),
    CONSTRAINT enrolment_tokens_token_hash_key UNIQUE (token_hash),
    CONSTRAINT enrolment_tokens_uses_check CHECK (uses <= max_uses),
    CONSTRAINT enrolment_tokens_organization_id_fkey FOREIGN KEY (organization_id)
      REFERENCES organizations (organization_id)
  )`,
  'CREATE INDEX enrolment_tokens_organization_id_idx ON enrolment_tokens (organization_id)',
  // A separate table with one row per orchestrator: it is written at registrations, whereas a row of the main table is
  // rewritten with each batch of heartbeats.
  `CREATE TABLE orchestrator_credentials (
    orchestrator_id varchar(50) NOT NULL,
    current_hash bytea NOT NULL,
    issued_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    last_used_at timestamptz,
    next_hash bytea,
    next_issued_at timestamptz,
    rotation_requested_at timestamptz,
    revoked_at timestamptz,
    revoked_by varchar(255),
    enrolment_token_id integer,
    CONSTRAINT orchestrator_credentials_pkey PRIMARY KEY (orchestrator_id),
    CONSTRAINT orchestrator_credentials_orchestrator_id_fkey FOREIGN KEY (orchestrator_id)
      REFERENCES orchestrator_instances (orchestrator_id) ON DELETE CASCADE,
    CONSTRAINT orchestrator_credentials_enrolment_token_id_fkey FOREIGN KEY (enrolment_token_id)
      REFERENCES enrolment_tokens (id) ON DELETE SET NULL
  )`,
  `ALTER TABLE orchestrator_instances
    ADD quarantined_at timestamptz,
    ADD quarantine_reason varchar(500)`,
  // Disconnects an orchestrator within moments after it loses the right to connect, whichever way that happened.
  databaseFunction('announce_credential', '6d230fb8ce841dff'),
  `CREATE TRIGGER orchestrator_credentials_announce_revocation
    AFTER UPDATE OF revoked_at ON orchestrator_credentials
    FOR EACH ROW WHEN (NEW.revoked_at IS DISTINCT FROM OLD.revoked_at) EXECUTE FUNCTION announce_credential()`,
  `CREATE TRIGGER orchestrator_credentials_announce_deletion
    AFTER DELETE ON orchestrator_credentials
    FOR EACH ROW EXECUTE FUNCTION announce_credential()`,
  `CREATE TRIGGER orchestrator_instances_announce_quarantine
    AFTER UPDATE OF quarantined_at ON orchestrator_instances
    FOR EACH ROW WHEN (NEW.quarantined_at IS DISTINCT FROM OLD.quarantined_at)
    EXECUTE FUNCTION announce_credential()`,
];

const DOWN = [
  'DROP TRIGGER orchestrator_instances_announce_quarantine ON orchestrator_instances',
  'ALTER TABLE orchestrator_instances DROP quarantine_reason, DROP quarantined_at',
  'DROP TABLE orchestrator_credentials',
  'DROP TABLE enrolment_tokens',
  'DROP FUNCTION announce_credential()',
];

/** Enrolment tokens, one credential per orchestrator, and quarantine for suspected copies. */
export class OrchestratorCredentials1764700000000 implements MigrationInterface {
  readonly name = 'OrchestratorCredentials1764700000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}
