import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { CLOSE_CODES } from '@moolai/contracts';
import { settleWithin } from '../../platform/process/settle-within.js';
import { LiveStateService } from '../live-state/index.js';
import type { Connection } from './connection.js';
import { ConnectionRegistry } from './connection.registry.js';
import { GATEWAY_TIMING, type GatewayTiming } from './gateway-timing.js';
import { UpgradePolicy } from './upgrade-policy.js';

/** Reconnects after a shutdown are spread over this time per thousand orchestrators. */
const RECONNECT_MIN_MS = 500;
const RECONNECT_SPREAD_MS_PER_THOUSAND = 2_000;

/** Closes all connections when the controller shuts down. */
@Injectable()
export class GatewayShutdown implements OnModuleDestroy {
  constructor(
    private readonly connections: ConnectionRegistry,
    private readonly upgrades: UpgradePolicy,
    private readonly liveState: LiveStateService,
    @Inject(GATEWAY_TIMING) private readonly timing: GatewayTiming,
  ) {}

  /** Says goodbye to all orchestrators, waits a bounded time for their close handshakes, and disconnects. */
  async onModuleDestroy(): Promise<void> {
    this.upgrades.close();
    this.liveState.leave();
    const connections = [...this.connections.all()];
    const spreadMs = Math.max(1_000, (connections.length / 1_000) * RECONNECT_SPREAD_MS_PER_THOUSAND);
    for (const connection of connections) {
      connection.sendMessage({
        type: 'goodbye',
        reason: 'shutdown',
        reconnect_after_ms: Math.round(RECONNECT_MIN_MS + Math.random() * spreadMs),
      });
      connection.close(CLOSE_CODES.serviceRestart, 'the controller is shutting down');
    }
    await this.untilClosed(connections);
    for (const connection of this.connections.all()) connection.socket.terminate();
  }

  private async untilClosed(connections: Connection[]): Promise<void> {
    const closed = connections.map(
      ({ socket }) =>
        new Promise<void>((resolve) => {
          if (socket.readyState === socket.CLOSED) resolve();
          else socket.once('close', () => resolve());
        }),
    );
    await settleWithin(Promise.all(closed), this.timing.drainTimeoutMs);
  }
}
