import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Metrics } from '../metrics/metrics.js';
import type { ControllerPool } from './controller-pool.js';
import { DatabaseProbe } from './database-probe.js';

/** Metrics must be available even if the database hangs, and before the request counts as hanging. */
const PATIENCE_MS = 500;

/** Metrics of the database as seen by this process. */
@Injectable()
export class DatabaseMetrics {
  constructor(
    metrics: Metrics,
    probe: DatabaseProbe,
    private readonly dataSource: DataSource,
  ) {
    metrics.readGauge(
      { name: 'moolai_database_up', help: '1 if the database answers, otherwise 0.' },
      async () => [{ value: (await probe.latencyMs(PATIENCE_MS)) === null ? 0 : 1 }],
    );
    metrics.readGauge(
      {
        name: 'moolai_database_pool_connections',
        help: 'Connections of the pool, and requests waiting for one.',
        labelNames: ['state'],
      },
      () => {
        // `pg`'s own count would include the probe, which runs while this is read.
        const { busy, idleCount, waiting } = this.pool;
        return [
          { labels: { state: 'busy' }, value: busy },
          { labels: { state: 'idle' }, value: idleCount },
          { labels: { state: 'waiting' }, value: waiting },
        ];
      },
    );
    metrics.readGauge(
      { name: 'moolai_database_pool_size', help: 'Maximum number of connections in the pool.' },
      () => [{ value: this.pool.size }],
    );
  }

  private get pool(): ControllerPool {
    return (this.dataSource.driver as unknown as { master: ControllerPool }).master;
  }
}
