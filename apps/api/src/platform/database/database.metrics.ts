import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Metrics } from '../metrics/metrics.js';
import { DatabaseProbe } from './database-probe.js';

/** Whoever reads figures must get them although the database hangs, and before the request counts as hanging. */
const PATIENCE_MS = 500;

/** The part of `pg`'s pool that is looked at. */
interface Pool {
  totalCount: number;
  idleCount: number;
  waiting: number;
  /** Connections that are shared. */
  size: number;
}

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
        const { totalCount, idleCount, waiting } = this.pool;
        return [
          { labels: { state: 'busy' }, value: totalCount - idleCount },
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

  private get pool(): Pool {
    return (this.dataSource.driver as unknown as { master: Pool }).master;
  }
}
