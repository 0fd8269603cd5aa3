import { Injectable } from '@nestjs/common';
import type { MetricPoint } from '@moolai/contracts';
import { DataSource } from 'typeorm';
import { inScope, type Scope } from '../../platform/access/scope.js';
import { asLongRead } from '../../platform/database/lanes.js';

/** With fewer samples the 95th percentile would equal the maximum. */
const MIN_SAMPLES_OF_P95 = 20;

interface PointRow {
  at: Date;
  count: number;
  avg: number;
  min: number;
  max: number;
  p95: number | null;
}

/** SQL for reading monitoring samples. */
@Injectable()
export class MetricsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** The row id of an orchestrator; undefined if it does not exist. */
  async instanceOf(orchestratorId: string, scope: Scope): Promise<number | undefined> {
    const [row] = await this.dataSource.query<{ id: number }[]>(
      `SELECT id FROM orchestrator_instances
       WHERE orchestrator_id = $1 AND ${inScope('organization_id', '$2')}`,
      [orchestratorId, scope],
    );
    return row?.id;
  }

  /** The series of one metric, one point per `stepSec` with samples. */
  async series(
    instanceId: number,
    name: string,
    from: Date,
    to: Date,
    stepSec: number,
  ): Promise<MetricPoint[]> {
    const rows = await this.read<PointRow>(
      `SELECT date_bin(make_interval(secs => $5), at, $3) AS at, count(*) AS count, avg(value) AS avg,
         min(value) AS min, max(value) AS max,
         CASE WHEN count(*) >= ${MIN_SAMPLES_OF_P95}
           THEN percentile_cont(0.95) WITHIN GROUP (ORDER BY value) END AS p95
       FROM monitoring_samples
       WHERE instance_id = $1 AND metric_id = (SELECT id FROM metric_names WHERE name = $2) AND at >= $3 AND at < $4
       GROUP BY 1 ORDER BY 1`,
      [instanceId, name, from, to, stepSec],
    );
    return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
  }

  /** Names of the metrics that an orchestrator reported; reads one index entry per day and name. */
  async names(instanceId: number): Promise<string[]> {
    const rows = await this.read<{ name: string }>(
      `WITH RECURSIVE used AS (
         (SELECT metric_id FROM monitoring_samples WHERE instance_id = $1 ORDER BY metric_id LIMIT 1)
         UNION ALL
         SELECT (SELECT metric_id FROM monitoring_samples WHERE instance_id = $1 AND metric_id > used.metric_id
           ORDER BY metric_id LIMIT 1)
         FROM used WHERE used.metric_id IS NOT NULL
       )
       SELECT n.name FROM used JOIN metric_names n ON n.id = used.metric_id ORDER BY n.name`,
      [instanceId],
    );
    return rows.map((row) => row.name);
  }

  /** A chart over many days reads many rows. */
  private read<T>(sql: string, parameters: unknown[]): Promise<T[]> {
    return asLongRead(() => this.dataSource.query<T[]>(sql, parameters));
  }
}
