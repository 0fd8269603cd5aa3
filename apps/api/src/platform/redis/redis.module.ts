import { Global, Module } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { SETTINGS } from '../config/settings.token.js';
import { FleetIdentity } from '../database/fleet-identity.js';
import { LOGGER, type Logger } from '../logging/logger.js';
import { LiveRedis } from './live-redis.js';
import { NoRedis } from './no-redis.js';
import { RedisConnection } from './redis-connection.js';
import { RedisMetrics } from './redis.metrics.js';

async function open({ redis }: Settings, fleet: FleetIdentity, logger: Logger): Promise<RedisConnection> {
  if (!redis) return new NoRedis();
  const connection = new LiveRedis(redis, await fleet.name(), logger);
  await connection.start();
  return connection;
}

/** The connection to Redis, or one that is always away without `REDIS_URL`. */
@Global()
@Module({
  providers: [
    { provide: RedisConnection, useFactory: open, inject: [SETTINGS, FleetIdentity, LOGGER] },
    RedisMetrics,
  ],
  exports: [RedisConnection],
})
export class RedisModule {}
