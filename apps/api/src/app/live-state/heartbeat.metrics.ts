import { Injectable } from '@nestjs/common';
import type { Counter, Histogram } from 'prom-client';
import { ROWS, SHORT_SECONDS } from '../../platform/metrics/buckets.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { LiveFleet } from './live-fleet.js';
import { PendingWrites } from './pending-writes.js';

/** Result of a batch. */
export interface Batch {
  rows: number;
  /** Since its oldest heartbeat; undefined without heartbeats. */
  delayMs: number | undefined;
  durationMs: number;
}

/** Metrics of heartbeats and of writing them to the database. */
@Injectable()
export class HeartbeatMetrics {
  private readonly batches: Counter<'result'>;
  private readonly rows: Histogram;
  private readonly duration: Histogram;
  private readonly delay: Histogram;

  constructor(metrics: Metrics, liveFleet: LiveFleet, pending: PendingWrites) {
    metrics.readCounter(
      { name: 'moolai_heartbeats_total', help: 'Heartbeats by result.', labelNames: ['result'] },
      () => {
        const { processed, ignored } = liveFleet.heartbeatCounts(null);
        return [
          { labels: { result: 'processed' }, value: processed },
          { labels: { result: 'ignored' }, value: ignored },
        ];
      },
    );
    metrics.readGauge(
      { name: 'moolai_heartbeat_batch_pending', help: 'Orchestrators with changes waiting to be written.' },
      () => [{ value: pending.size }],
    );
    this.batches = metrics.counter({
      name: 'moolai_heartbeat_batches_total',
      help: 'Batches by result; a failed one is retried.',
      labelNames: ['result'],
    });
    for (const result of ['written', 'failed']) this.batches.inc({ result }, 0);
    this.rows = metrics.histogram({
      name: 'moolai_heartbeat_batch_rows',
      help: 'Orchestrators of a written batch.',
      buckets: ROWS,
    });
    this.duration = metrics.histogram({
      name: 'moolai_heartbeat_batch_seconds',
      help: 'Duration of the statement of a written batch.',
      buckets: SHORT_SECONDS,
    });
    this.delay = metrics.histogram({
      name: 'moolai_heartbeat_batch_delay_seconds',
      help: 'From the oldest heartbeat of a batch until it was written.',
      buckets: SHORT_SECONDS,
    });
  }

  written({ rows, delayMs, durationMs }: Batch): void {
    this.batches.inc({ result: 'written' });
    this.rows.observe(rows);
    this.duration.observe(durationMs / 1000);
    if (delayMs !== undefined) this.delay.observe(delayMs / 1000);
  }

  failed(): void {
    this.batches.inc({ result: 'failed' });
  }
}
