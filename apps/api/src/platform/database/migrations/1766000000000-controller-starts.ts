import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  // Each start of a controller. An orchestrator that was active gets time to reconnect from the first start after its
  // last registration, however often the controller restarts in the meantime.
  `CREATE TABLE controller_starts (
    id bigserial NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT controller_starts_pkey PRIMARY KEY (id)
  )`,
  `ALTER TABLE orchestrator_instances
    ADD heard_in_start bigint NOT NULL DEFAULT 0,
    ADD connection_lost_at timestamptz`,
];

const DOWN = [
  'ALTER TABLE orchestrator_instances DROP connection_lost_at, DROP heard_in_start',
  'DROP TABLE controller_starts',
];

/** Keeps a restart from reporting dead orchestrators as expected. Adds columns without rewriting the table. */
export class ControllerStarts1766000000000 implements MigrationInterface {
  readonly name = 'ControllerStarts1766000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}
