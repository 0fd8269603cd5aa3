import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Metrics } from '../metrics/metrics.js';
import type { ControllerPool } from './controller-pool.js';
import { DatabaseProbe } from './database-probe.js';

/** Whoever reads figures must get them although the database hangs, and before the request counts as hanging. */
const PATIENCE_MS = 500;

/** What Prometheus knows of the database as this process sees it. */
@Injectable()
export class DatabaseMetrics {
  constructor(
    metrics: Metrics,
    probe: DatabaseProbe,
    private readonly dataSource: DataSource,
  ) {
    metrics.readGauge(
      { name: 'moolai_database_up', help: '1 when the database answers, else 0.' },
      async () => [{ value: (await probe.latencyMs(PATIENCE_MS)) === null ? 0 : 1 }],
    );
    metrics.readGauge(
      {
        name: 'moolai_database_pool_connections',
        help: 'Connections of the pool, and requests that wait for one.',
        labelNames: ['state'],
      },
      () => {
        // Of `pg`'s own figures the busy ones would have the probe, which asks while this is read.
        const { busy, idleCount, waiting } = this.pool;
        return [
          { labels: { state: 'busy' }, value: busy },
          { labels: { state: 'idle' }, value: idleCount },
          { labels: { state: 'waiting' }, value: waiting },
        ];
      },
    );
    metrics.readGauge(
      { name: 'moolai_database_pool_size', help: 'Connections that the pool may have.' },
      () => [{ value: this.pool.size }],
    );
  }

  private get pool(): ControllerPool {
    return (this.dataSource.driver as unknown as { master: ControllerPool }).master;
  }
}
