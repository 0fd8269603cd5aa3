import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { clientAddress, createProxyTrust, type ProxyTrust } from '../../platform/http/client-address.js';
import { ConnectionRegistry } from './connection.registry.js';
import { GATEWAY_TIMING, type GatewayTiming } from './gateway-timing.js';

/** Why an upgrade is refused, as an HTTP answer. */
export interface UpgradeRefusal {
  status: 403 | 503;
  reason: string;
  headers?: Record<string, string>;
}

const RETRY_AFTER_SEC = 5;

/** Decides which upgrades become connections, before anything is spent on them. */
@Injectable()
export class UpgradePolicy {
  private readonly trusts: ProxyTrust;

  constructor(
    private readonly connections: ConnectionRegistry,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(GATEWAY_TIMING) private readonly timing: GatewayTiming,
  ) {
    this.trusts = createProxyTrust(settings.trustProxy);
  }

  /** The address that a connection counts under. */
  addressOf(request: IncomingMessage): string {
    return clientAddress(request, this.trusts);
  }

  /** Undefined when it may become a connection. */
  refuse(request: IncomingMessage): UpgradeRefusal | undefined {
    if (!this.isOwnOrigin(request)) return { status: 403, reason: 'This origin may not connect.' };
    // Who opens sockets and does not register must not take the place of those who do.
    const waiting = this.connections.unregisteredOf(this.addressOf(request));
    if (waiting < this.timing.maxUnregisteredPerAddress) return undefined;
    return {
      status: 503,
      reason: 'Too many connections of this address are not registered.',
      headers: { 'Retry-After': String(RETRY_AFTER_SEC) },
    };
  }

  /**
   * A browser names the origin of the page, and sends no credentials of its own that would tell a page of
   * ours from a foreign one. Orchestrators are no browsers and mostly name none.
   */
  private isOwnOrigin(request: IncomingMessage): boolean {
    const { origin } = request.headers;
    if (origin === undefined || this.settings.corsOrigins.includes(origin)) return true;
    if (!URL.canParse(origin)) return false;
    const { protocol, host } = new URL(origin);
    // The scheme is the origin's: a proxy that ends TLS speaks plain HTTP, and the port may go without saying.
    const asked = `${protocol}//${this.requestedHost(request)}`;
    return URL.canParse(asked) && host !== '' && new URL(asked).host === host;
  }

  /** The host that the client has asked for: a trusted proxy may have put another one in its place. */
  private requestedHost({ headers, socket }: IncomingMessage): string {
    const forwarded = headers['x-forwarded-host'];
    const isBelieved = typeof forwarded === 'string' && this.trusts(socket.remoteAddress ?? '', 0);
    return (isBelieved ? forwarded.split(',').at(-1)?.trim() : headers.host) ?? '';
  }
}
