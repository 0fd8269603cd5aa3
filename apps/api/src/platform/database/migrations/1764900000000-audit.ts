import type { MigrationInterface, QueryRunner } from 'typeorm';
import { databaseFunction } from '../database-function.js';

/** Columns of an audit record; the remaining columns of an entry are its place in the chain. */
const COLUMNS = `
    at timestamptz(3) NOT NULL,
    action varchar(60) NOT NULL,
    actor_kind varchar(20) NOT NULL,
    actor_id text NOT NULL,
    actor_name text NOT NULL,
    address text,
    request_id text,
    organization_id varchar(50),
    target_type varchar(40) NOT NULL,
    target_id text NOT NULL,
    "before" jsonb,
    "after" jsonb`;

const UP = [
  // Records of an uncommitted transaction, which no other session sees: the commit moves them into the chain.
  `CREATE TABLE audit_pending (
    id bigserial NOT NULL,${COLUMNS},
    content_hash char(64) NOT NULL,
    CONSTRAINT audit_pending_pkey PRIMARY KEY (id)
  )`,
  `CREATE TABLE audit_entries (
    position bigint NOT NULL,${COLUMNS},
    previous_hash char(64) NOT NULL,
    hash char(64) NOT NULL,
    CONSTRAINT audit_entries_pkey PRIMARY KEY (position)
  )`,
  'CREATE INDEX audit_entries_at_idx ON audit_entries (at, position)',
  'CREATE INDEX audit_entries_action_idx ON audit_entries (action, position)',
  'CREATE INDEX audit_entries_actor_id_idx ON audit_entries (actor_id, position)',
  'CREATE INDEX audit_entries_actor_name_idx ON audit_entries (actor_name, position)',
  'CREATE INDEX audit_entries_organization_id_idx ON audit_entries (organization_id, position)',
  'CREATE INDEX audit_entries_target_idx ON audit_entries (target_type, target_id, position)',
  `CREATE INDEX audit_entries_search_idx ON audit_entries
    USING gin (target_id gin_trgm_ops, actor_name gin_trgm_ops, action gin_trgm_ops)`,
  databaseFunction('seal_audit_entry', '7730cea56baf72e6'),
  `CREATE CONSTRAINT TRIGGER audit_pending_seal AFTER INSERT ON audit_pending
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION seal_audit_entry()`,
  `CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION refuse_change()`,
  `CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
];

const DOWN = ['DROP TABLE audit_entries', 'DROP TABLE audit_pending', 'DROP FUNCTION seal_audit_entry()'];

/** An append-only audit log, chained by hashes. */
export class Audit1764900000000 implements MigrationInterface {
  readonly name = 'Audit1764900000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}
