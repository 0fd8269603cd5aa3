import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { Recurring } from '../../platform/process/recurring.js';
import { ConnectionRegistry } from './connection.registry.js';
import { GATEWAY_TIMING, type GatewayTiming } from './gateway-timing.js';

/**
 * Pings silent connections and ends dead ones. One timer for all, because a timer per connection would cost more than
 * the heartbeats themselves.
 */
@Injectable()
export class LivenessMonitor implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly turns: Recurring;

  constructor(
    connections: ConnectionRegistry,
    @Inject(GATEWAY_TIMING) timing: GatewayTiming,
    @Inject(LOGGER) logger: Logger,
  ) {
    const work = (): void => {
      for (const connection of connections.all()) connection.tick(timing);
    };
    const failure = 'connections could not be looked after';
    this.turns = new Recurring({ everyMs: timing.tickMs, work, logger, failure });
  }

  onApplicationBootstrap(): void {
    this.turns.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.turns.stop();
  }
}
