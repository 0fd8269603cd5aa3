import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Widens columns for encrypted values, which are longer than the plain text. The controller encrypts existing values
 * after its start, because the database must not have the keys.
 *
 * The way down fails for values longer than the old column, because it would have to truncate them.
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
