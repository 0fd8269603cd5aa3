import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where in a trace the storing of a message was, so that its delivery continues it, whenever that is. */
export class MessageTraces1765100000000 implements MigrationInterface {
  readonly name = 'MessageTraces1765100000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE orchestrator_messages ADD traceparent varchar(55)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE orchestrator_messages DROP traceparent');
  }
}
