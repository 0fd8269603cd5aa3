import { Injectable } from '@nestjs/common';
import { Metrics } from '../metrics/metrics.js';
import { RedisConnection } from './redis-connection.js';

/** Metrics of Redis as seen by this process; left out without `REDIS_URL`. */
@Injectable()
export class RedisMetrics {
  constructor(metrics: Metrics, redis: RedisConnection) {
    metrics.readGauge(
      { name: 'moolai_redis_up', help: '1 if Redis answers a ping within a second, otherwise 0.' },
      () => (redis.isEnabled ? [{ value: redis.isUp ? 1 : 0 }] : []),
    );
  }
}
