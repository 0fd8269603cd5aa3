import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  // A start is one life of a controller instance. It is over when it ended, or when the lease was not renewed in time.
  `ALTER TABLE controller_starts
    ADD instance_id varchar(255),
    ADD version varchar(50),
    ADD heard_at timestamptz,
    ADD lease_until timestamptz,
    ADD ended_at timestamptz,
    ADD was_lost boolean NOT NULL DEFAULT false,
    ADD is_draining boolean NOT NULL DEFAULT false,
    ADD connections integer NOT NULL DEFAULT 0,
    ADD registered integer NOT NULL DEFAULT 0`,
  // Starts of versions without leases: each ended before the next one.
  'UPDATE controller_starts SET ended_at = started_at',
  // Rows are small and rewritten every second, so leave room for the new versions in their page.
  'ALTER TABLE controller_starts SET (fillfactor = 50)',
  // One row: what the instances of a fleet share.
  `CREATE TABLE controller_fleet (
    id integer NOT NULL DEFAULT 1,
    scheduler_start bigint,
    scheduler_term bigint NOT NULL DEFAULT 0,
    CONSTRAINT controller_fleet_pkey PRIMARY KEY (id),
    CONSTRAINT controller_fleet_id_check CHECK (id = 1)
  )`,
  'INSERT INTO controller_fleet DEFAULT VALUES',
  // Increases with each registration: of two owners, the one with the higher epoch is newer.
  'ALTER TABLE orchestrator_instances ADD owner_epoch bigint NOT NULL DEFAULT 0',
];

const DOWN = [
  'ALTER TABLE orchestrator_instances DROP owner_epoch',
  'DROP TABLE controller_fleet',
  'ALTER TABLE controller_starts RESET (fillfactor)',
  `ALTER TABLE controller_starts DROP registered, DROP connections, DROP is_draining, DROP was_lost, DROP ended_at,
    DROP lease_until, DROP heard_at, DROP version, DROP instance_id`,
];

/** Lets several controllers share a fleet: each start has a lease, and each orchestrator an owner with an epoch. */
export class ControllerInstances1766100000000 implements MigrationInterface {
  readonly name = 'ControllerInstances1766100000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}
