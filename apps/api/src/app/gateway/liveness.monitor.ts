import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ConnectionRegistry } from './connection.registry.js';
import { GATEWAY_TIMING, type GatewayTiming } from './gateway-timing.js';

/**
 * Pings silent connections and ends dead ones. One timer for all: a timer each would cost more than
 * the heartbeats themselves.
 */
@Injectable()
export class LivenessMonitor implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly connections: ConnectionRegistry,
    @Inject(GATEWAY_TIMING) private readonly timing: GatewayTiming,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      for (const connection of this.connections.all()) connection.tick(this.timing);
    }, this.timing.tickMs);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }
}
