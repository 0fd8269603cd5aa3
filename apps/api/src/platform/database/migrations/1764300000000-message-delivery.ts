import type { MigrationInterface, QueryRunner } from 'typeorm';
import { databaseFunction } from '../database-function.js';

const UP = [
  `ALTER TABLE orchestrator_messages
    ADD organization_id varchar(50),
    ADD awaits_ack boolean NOT NULL DEFAULT false,
    ADD unanswered integer NOT NULL DEFAULT 0,
    ADD expires_at timestamptz,
    ADD sent_at timestamptz,
    ADD failure_reason text,
    ADD created_by varchar(255),
    ALTER direction SET DEFAULT 'to_orchestrator'`,
  `UPDATE orchestrator_messages m SET organization_id = o.organization_id
    FROM orchestrator_instances o WHERE o.orchestrator_id = m.orchestrator_id`,
  // Valid statuses per direction. The transitions are defined once in the code, and enforced by the WHERE of each
  // statement.
  `ALTER TABLE orchestrator_messages ADD CONSTRAINT orchestrator_messages_status_check CHECK (
    (direction = 'to_orchestrator'
      AND status IN ('pending', 'sent', 'delivered', 'failed', 'expired', 'cancelled'))
    OR (direction = 'from_orchestrator' AND status IN ('received', 'acknowledged', 'dismissed')))`,
  // Messages still to be delivered, by orchestrator and in order: as small as the remaining work.
  `CREATE INDEX orchestrator_messages_outbox_idx ON orchestrator_messages (orchestrator_id, id)
    WHERE direction = 'to_orchestrator' AND (status = 'pending' OR (status = 'sent' AND awaits_ack))`,
  `CREATE INDEX orchestrator_messages_expiry_idx ON orchestrator_messages (expires_at)
    WHERE expires_at IS NOT NULL AND (status = 'pending' OR (status = 'sent' AND awaits_ack))`,
  'CREATE INDEX orchestrator_messages_created_at_idx ON orchestrator_messages (created_at)',
  'CREATE INDEX orchestrator_messages_organization_id_idx ON orchestrator_messages (organization_id, id)',
  databaseFunction('complete_message', '553c6b7265ad6903'),
  `CREATE TRIGGER orchestrator_messages_complete BEFORE INSERT ON orchestrator_messages
    FOR EACH ROW WHEN (NEW.organization_id IS NULL) EXECUTE FUNCTION complete_message()`,
  // Exact number of messages per status without reading them. Several rows per status, so that statements of different
  // connections do not wait for each other.
  `CREATE TABLE message_counts (
    status varchar(20) NOT NULL,
    shard smallint NOT NULL,
    count bigint NOT NULL,
    CONSTRAINT message_counts_pkey PRIMARY KEY (status, shard)
  )`,
  `INSERT INTO message_counts (status, shard, count)
    SELECT status, 0, count(*) FROM orchestrator_messages GROUP BY status`,
  databaseFunction('count_messages', '30497f28afa10513'),
  `CREATE TRIGGER orchestrator_messages_count_insert AFTER INSERT ON orchestrator_messages
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_messages()`,
  `CREATE TRIGGER orchestrator_messages_count_update AFTER UPDATE ON orchestrator_messages
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_messages()`,
  `CREATE TRIGGER orchestrator_messages_count_delete AFTER DELETE ON orchestrator_messages
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_messages()`,
  `CREATE TRIGGER orchestrator_messages_count_truncate AFTER TRUNCATE ON orchestrator_messages
    FOR EACH STATEMENT EXECUTE FUNCTION count_messages()`,
];

const DOWN = [
  'DROP TRIGGER orchestrator_messages_count_truncate ON orchestrator_messages',
  'DROP TRIGGER orchestrator_messages_count_delete ON orchestrator_messages',
  'DROP TRIGGER orchestrator_messages_count_update ON orchestrator_messages',
  'DROP TRIGGER orchestrator_messages_count_insert ON orchestrator_messages',
  'DROP TRIGGER orchestrator_messages_complete ON orchestrator_messages',
  'DROP FUNCTION count_messages(), complete_message()',
  'DROP TABLE message_counts',
  `DROP INDEX orchestrator_messages_organization_id_idx, orchestrator_messages_created_at_idx,
    orchestrator_messages_expiry_idx, orchestrator_messages_outbox_idx`,
  `ALTER TABLE orchestrator_messages
    DROP CONSTRAINT orchestrator_messages_status_check,
    ALTER direction DROP DEFAULT,
    DROP created_by, DROP failure_reason, DROP sent_at, DROP expires_at, DROP unanswered, DROP awaits_ack, DROP organization_id`,
];

/** Messages with ordered at-least-once delivery and a final status. */
export class MessageDelivery1764300000000 implements MigrationInterface {
  readonly name = 'MessageDelivery1764300000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}
