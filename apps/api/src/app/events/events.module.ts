import { Global, Module } from '@nestjs/common';
import { ByteBudgets } from '../../platform/batching/byte-budgets.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { LOGGER } from '../../platform/logging/logger.js';
import { RedisConnection } from '../../platform/redis/redis-connection.js';
import { InstanceLease, InstancesModule } from '../instances/index.js';
import { EventLog } from './event-log.js';
import { openEventLog } from './open-event-log.js';
import { EventsController } from './events.controller.js';
import { FleetEvents } from './fleet-events.js';
import { LostInstances } from './lost-instances.js';

/** Events of the fleet. Global, because every feature publishes some. */
@Global()
@Module({
  imports: [InstancesModule],
  controllers: [EventsController],
  providers: [
    {
      provide: EventLog,
      useFactory: openEventLog,
      inject: [SETTINGS, ByteBudgets, RedisConnection, LOGGER, InstanceLease],
    },
    FleetEvents,
    LostInstances,
  ],
  exports: [FleetEvents],
})
export class EventsModule {}
