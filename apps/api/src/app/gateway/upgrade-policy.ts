import type { IncomingMessage } from 'node:http';
import { WS_PATH, type ErrorType } from '@moolai/contracts';
import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { clientAddress, createProxyTrust, type ProxyTrust } from '../../platform/http/client-address.js';
import { OriginPolicy } from '../../platform/http/origin-policy.js';
import { RequestDrain } from '../../platform/http/request-drain.js';
import { ConnectionRegistry } from './connection.registry.js';
import { GATEWAY_TIMING, type GatewayTiming } from './gateway-timing.js';

/** The HTTP answer to a refused upgrade. */
export interface UpgradeRefusal {
  status: 400 | 403 | 404 | 426 | 503;
  type: ErrorType;
  detail: string;
  headers?: Record<string, string>;
}

const RETRY_AFTER_SEC = 5;
const WS_VERSION = '13';
/** 16 random bytes in base64 (RFC 6455, section 4.1). */
const WS_KEY = /^[+/0-9A-Za-z]{22}==$/;

/** Decides which upgrades become connections, before they cost anything. */
@Injectable()
export class UpgradePolicy {
  private readonly trusts: ProxyTrust;
  private isClosed = false;

  constructor(
    private readonly connections: ConnectionRegistry,
    private readonly drain: RequestDrain,
    private readonly origins: OriginPolicy,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(GATEWAY_TIMING) private readonly timing: GatewayTiming,
  ) {
    this.trusts = createProxyTrust(settings.trustProxy);
  }

  /** Unread bytes at which a connection is closed. */
  get outputLimitBytes(): number {
    return this.settings.limits.connectionOutputKb * 1024;
  }

  /** The address that a connection counts against. */
  addressOf(request: IncomingMessage): string {
    return clientAddress(request, this.trusts);
  }

  /** Refuses all later upgrades. */
  close(): void {
    this.isClosed = true;
  }

  /** Undefined if the upgrade is accepted. */
  refuse(request: IncomingMessage): UpgradeRefusal | undefined {
    return badHandshake(request) ?? this.refuseNow(request);
  }

  /** Refusals because of the current state or the client, not the handshake. */
  private refuseNow(request: IncomingMessage): UpgradeRefusal | undefined {
    if (this.isClosed || this.drain.isAnnounced) {
      return unavailable('The controller is shutting down; try again shortly.');
    }
    // A browser would send no credentials that tell our page from a foreign one. Orchestrators are not browsers and
    // mostly send no origin. The scheme may differ, because a proxy that terminates TLS speaks plain HTTP.
    const foreign = this.origins.refuse(request, true);
    if (foreign !== undefined) return { status: 403, type: 'forbidden', detail: foreign };
    // Open sockets that never register must not crowd out the others.
    const waiting = this.connections.unregisteredOf(this.addressOf(request));
    if (waiting < this.timing.maxUnregisteredPerAddress) return undefined;
    return unavailable('Too many connections of this address are not registered.');
  }
}

/** Refusals because of the handshake (RFC 6455, section 4.2.1). */
function badHandshake({ method, url = '', headers }: IncomingMessage): UpgradeRefusal | undefined {
  if (pathOf(url) !== WS_PATH) {
    return { status: 404, type: 'not_found', detail: `There is no WebSocket here; it is at ${WS_PATH}.` };
  }
  const bad = (detail: string): UpgradeRefusal => ({ status: 400, type: 'validation_error', detail });
  if (method !== 'GET') return bad('A WebSocket begins with GET.');
  if (headers['sec-websocket-version'] !== WS_VERSION) {
    return {
      ...bad(`The controller speaks version ${WS_VERSION} of the WebSocket protocol.`),
      status: 426,
      headers: { Upgrade: 'websocket', 'Sec-WebSocket-Version': WS_VERSION },
    };
  }
  if (!WS_KEY.test(headers['sec-websocket-key'] ?? ''))
    return bad('Sec-WebSocket-Key is missing or not valid.');
  return undefined;
}

/** The path of a request target, which may be a complete URL (RFC 9112, section 3.2.2). */
function pathOf(target: string): string | undefined {
  const base = 'http://controller';
  return URL.canParse(target, base) ? new URL(target, base).pathname : undefined;
}

function unavailable(detail: string): UpgradeRefusal {
  return { status: 503, type: 'unavailable', detail, headers: { 'Retry-After': String(RETRY_AFTER_SEC) } };
}
