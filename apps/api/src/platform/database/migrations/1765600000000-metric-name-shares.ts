import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  // Which names whose reports have used. Written when one uses a name for the first time, not with each report; without
  // a foreign key, whose lock on the row every heartbeat would wait for.
  `CREATE TABLE orchestrator_metric_names (
    instance_id integer NOT NULL,
    metric_id integer NOT NULL,
    CONSTRAINT orchestrator_metric_names_pkey PRIMARY KEY (instance_id, metric_id)
  )`,
  `CREATE TABLE organization_metric_names (
    organization_id varchar(50) NOT NULL,
    metric_id integer NOT NULL,
    CONSTRAINT organization_metric_names_pkey PRIMARY KEY (organization_id, metric_id)
  )`,
];

const DOWN = ['DROP TABLE organization_metric_names, orchestrator_metric_names'];

/** Metric names are shared out: to each orchestrator and each organization so many. */
export class MetricNameShares1765600000000 implements MigrationInterface {
  readonly name = 'MetricNameShares1765600000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}
