import { Injectable } from '@nestjs/common';
import type { Counter, Histogram } from 'prom-client';
import { SHORT_SECONDS } from '../../platform/metrics/buckets.js';
import { Metrics } from '../../platform/metrics/metrics.js';

/** Metrics of pushed configurations. */
@Injectable()
export class ConfigPushMetrics {
  private readonly pushes: Counter;
  private readonly duration: Histogram;

  constructor(metrics: Metrics) {
    this.pushes = metrics.counter({
      name: 'moolai_config_pushes_total',
      help: 'Changed configurations that were written to a connection.',
    });
    this.duration = metrics.histogram({
      name: 'moolai_config_push_seconds',
      help: 'From the commit of a change until its configuration was written to all connected orchestrators.',
      buckets: SHORT_SECONDS,
    });
  }

  pushed(count: number, durationMs: number): void {
    this.pushes.inc(count);
    this.duration.observe(durationMs / 1000);
  }
}
