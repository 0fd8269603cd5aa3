import { Injectable } from '@nestjs/common';
import { HANDSHAKE_ERRORS, type HandshakeError } from '@moolai/contracts';
import type { Counter } from 'prom-client';
import { Metrics } from '../../platform/metrics/metrics.js';
import { ConnectionRegistry } from './connection.registry.js';

/** What Prometheus knows of the orchestrators' WebSocket. */
@Injectable()
export class GatewayMetrics {
  private readonly registrations: Counter<'result'>;

  constructor(metrics: Metrics, connections: ConnectionRegistry) {
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
    this.registrations = metrics.counter({
      name: 'moolai_registrations_total',
      help: 'Registrations by result: accepted, or the error of the refusal.',
      labelNames: ['result'],
    });
    // From the start: a rate of the first refusal needs a zero before it.
    for (const result of ['accepted', ...HANDSHAKE_ERRORS]) this.registrations.inc({ result }, 0);
  }

  registered(result: 'accepted' | HandshakeError): void {
    this.registrations.inc({ result });
  }
}
