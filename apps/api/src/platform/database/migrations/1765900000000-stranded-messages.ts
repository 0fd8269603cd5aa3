import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Pending messages that were marked as sent by hand were never sent and never expired. Delivery counts every attempt,
 * so messages without one are affected: from now on they wait for an acknowledgement like any other. Messages in
 * delivery when their orchestrator was deleted have failed. Changes rows only, and locks no others.
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
    // Nothing to undo: the previous code accepts these states too.
  }
}
