import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Stores the answers to requests with an `Idempotency-Key` (contract section 12) for a day. */
export class IdempotencyKeys1765910000000 implements MigrationInterface {
  readonly name = 'IdempotencyKeys1765910000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE idempotency_keys (
      caller varchar(300) NOT NULL,
      route varchar(300) NOT NULL,
      key varchar(255) NOT NULL,
      request_hash varchar(64) NOT NULL,
      answer json,
      created_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT idempotency_keys_pkey PRIMARY KEY (caller, route, key)
    )`);
    await queryRunner.query('CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE idempotency_keys');
  }
}
