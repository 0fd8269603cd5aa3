import { randomBytes } from 'node:crypto';
import type { ByteBudgets } from '../../platform/batching/byte-budgets.js';
import type { Settings } from '../../platform/config/settings.js';
import type { Logger } from '../../platform/logging/logger.js';
import type { RedisConnection } from '../../platform/redis/redis-connection.js';
import { EventBuffer } from './event-buffer.js';
import { EventChannel } from './event-channel.js';
import type { EventLog } from './event-log.js';
import { MemoryEventLog } from './memory-event-log.js';
import { SharedEventBuffer } from './shared-event-buffer.js';
import { SharedEventIds } from './shared-event-ids.js';
import { SharedEventLog, type Fleet } from './shared-event-log.js';

const SOURCE_BYTES = 8;

/** The log of the only controller in its memory, or the one that several share in Redis. */
export function openEventLog(
  settings: Settings,
  { activity }: Pick<ByteBudgets, 'activity'>,
  redis: RedisConnection,
  logger: Logger,
  fleet: Fleet,
): EventLog {
  const { activityBufferSize, jwtSecret, jwtPreviousSecret } = settings;
  const buffer = new EventBuffer(activityBufferSize, activity);
  if (!redis.isEnabled) return new MemoryEventLog(buffer);
  const source = randomBytes(SOURCE_BYTES).toString('hex');
  const channel = new EventChannel(redis, source, activityBufferSize);
  const ids = new SharedEventIds([
    jwtSecret,
    ...(jwtPreviousSecret === undefined ? [] : [jwtPreviousSecret]),
  ]);
  return new SharedEventLog(redis, channel, new SharedEventBuffer(buffer), ids, { fleet, logger });
}
