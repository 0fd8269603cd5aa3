import { Injectable } from '@nestjs/common';
import type { Histogram } from 'prom-client';
import { LONG_SECONDS } from '../../platform/metrics/buckets.js';
import { Metrics } from '../../platform/metrics/metrics.js';

/** Metrics of message delivery. */
@Injectable()
export class DeliveryMetrics {
  private readonly latency: Histogram;

  constructor(metrics: Metrics) {
    this.latency = metrics.histogram({
      name: 'moolai_message_delivery_seconds',
      help: 'From storing a message until its acknowledgement as delivered was stored.',
      buckets: LONG_SECONDS,
    });
  }

  delivered(seconds: number): void {
    this.latency.observe(seconds);
  }
}
