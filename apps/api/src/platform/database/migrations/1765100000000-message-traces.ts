import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Stores the trace position of a message, so that its delivery continues the trace at any later time. */
export class MessageTraces1765100000000 implements MigrationInterface {
  readonly name = 'MessageTraces1765100000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE orchestrator_messages ADD traceparent varchar(55)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE orchestrator_messages DROP traceparent');
  }
}
