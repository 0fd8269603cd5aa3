import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Room for encrypted values, which are longer than what they say. The controller encrypts what is there
 * after its start, since the keys are no business of the database.
 *
 * There is no way back for a value that is longer than the column was: it would have to be cut off.
 */
export class Secrets1764800000000 implements MigrationInterface {
  readonly name = 'Secrets1764800000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'ALTER TABLE orchestrator_instances ALTER database_url TYPE text, ALTER redis_url TYPE text',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `ALTER TABLE orchestrator_instances ALTER database_url TYPE varchar(255), ALTER redis_url TYPE varchar(255)`,
    );
  }
}
