import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  // Names are much longer than the samples, and the same for all orchestrators.
  `CREATE TABLE metric_names (
    id serial NOT NULL,
    name varchar(200) NOT NULL,
    CONSTRAINT metric_names_pkey PRIMARY KEY (id),
    CONSTRAINT metric_names_name_key UNIQUE (name)
  )`,
  // One row per sample and one partition per day: retention drops a table instead of millions of rows.
  `CREATE TABLE monitoring_samples (
    instance_id integer NOT NULL,
    metric_id integer NOT NULL,
    at timestamptz NOT NULL,
    value double precision NOT NULL
  ) PARTITION BY RANGE (at)`,
  'CREATE INDEX monitoring_samples_series_idx ON monitoring_samples (instance_id, metric_id, at)',
  // Numeric, so that reported costs are stored exactly.
  `CREATE TABLE usage_entries (
    message_id integer NOT NULL,
    entry smallint NOT NULL,
    orchestrator_id varchar(50) NOT NULL,
    organization_id varchar(50) NOT NULL,
    at timestamptz NOT NULL,
    model varchar(200) NOT NULL,
    requests bigint,
    input_tokens bigint,
    output_tokens bigint,
    cost_usd numeric,
    CONSTRAINT usage_entries_pkey PRIMARY KEY (message_id, entry)
  )`,
  'CREATE INDEX usage_entries_organization_id_idx ON usage_entries (organization_id, at)',
  'CREATE INDEX usage_entries_at_idx ON usage_entries (at)',
];

const DOWN = ['DROP TABLE usage_entries, monitoring_samples, metric_names'];

/** Reported metrics as time series, and model usage. */
export class Monitoring1764400000000 implements MigrationInterface {
  readonly name = 'Monitoring1764400000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}
