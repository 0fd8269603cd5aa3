import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  // Metric names used per orchestrator. Written when an orchestrator first uses a name, not with each report. No
  // foreign key, because its row lock would block heartbeats.
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

/** Limits the number of metric names per orchestrator and per organization. */
export class MetricNameShares1765600000000 implements MigrationInterface {
  readonly name = 'MetricNameShares1765600000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}
