import { Injectable } from '@nestjs/common';
import { DROP_REASONS, HANDSHAKE_ERRORS, type DropReason, type HandshakeError } from '@moolai/contracts';
import type { Counter } from 'prom-client';
import { Metrics } from '../../platform/metrics/metrics.js';
import { InstanceLease } from '../instances/index.js';
import { ConnectionRegistry } from './connection.registry.js';

/** Metrics of the orchestrators' WebSocket. */
@Injectable()
export class GatewayMetrics {
  private readonly registrations: Counter<'result'>;
  private readonly drops: Counter<'reason'>;

  constructor(metrics: Metrics, connections: ConnectionRegistry, lease: InstanceLease) {
    lease.countWith(() => connections.counts());
    metrics.readGauge(
      { name: 'moolai_connections', help: 'Open WebSocket connections.', labelNames: ['state'] },
      () => {
        const { connections: all, registered } = connections.counts();
        return [
          { labels: { state: 'registered' }, value: registered },
          { labels: { state: 'unregistered' }, value: all - registered },
        ];
      },
    );
    metrics.readGauge(
      {
        name: 'moolai_connection_unread_bytes',
        help: 'Bytes in memory that orchestrators have not read yet, for all connections together.',
      },
      () => [{ value: connections.unreadBytes() }],
    );
    this.drops = metrics.counter({
      name: 'moolai_connections_dropped_total',
      help: "Connections that the controller ended because of the peer's behaviour.",
      labelNames: ['reason'],
    });
    for (const reason of DROP_REASONS) this.drops.inc({ reason }, 0);
    this.registrations = metrics.counter({
      name: 'moolai_registrations_total',
      help: 'Registrations by result: accepted, or the error of the refusal.',
      labelNames: ['result'],
    });
    // Initialized, because a rate of the first refusal needs a zero before it.
    for (const result of ['accepted', ...HANDSHAKE_ERRORS]) this.registrations.inc({ result }, 0);
  }

  dropped(reason: DropReason): void {
    this.drops.inc({ reason });
  }

  registered(result: 'accepted' | HandshakeError): void {
    this.registrations.inc({ result });
  }
}
