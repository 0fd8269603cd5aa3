import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Messages that were marked as sent by hand while they were pending were never sent and never expired. Delivery counts
 * every attempt, so those without one are theirs: they wait for an acknowledgement like any other from here on. Messages
 * that were under way when their orchestrator was deleted have failed. Changes rows only, and locks no others.
 */
export class StrandedMessages1765900000000 implements MigrationInterface {
  readonly name = 'StrandedMessages1765900000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `UPDATE orchestrator_messages SET awaits_ack = true
       WHERE direction = 'to_orchestrator' AND status = 'sent' AND attempts = 0 AND NOT awaits_ack`,
    );
    await queryRunner.query(
      `UPDATE orchestrator_messages m SET status = 'failed', awaits_ack = false,
         failure_reason = 'The orchestrator was deleted.', updated_at = now()
       WHERE direction = 'to_orchestrator' AND status = 'sent' AND awaits_ack AND attempts > 0
         AND NOT EXISTS (SELECT 1 FROM orchestrator_instances o WHERE o.orchestrator_id = m.orchestrator_id)`,
    );
  }

  async down(): Promise<void> {
    // Nothing to undo: the states are valid for the former code too.
  }
}
