import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import type { Settings } from '../config/settings.js';
import { SETTINGS } from '../config/settings.token.js';
import { LOGGER, type Logger } from '../logging/logger.js';
import { createProxyTrust, type ProxyTrust } from './client-address.js';

/** Anyone can send any origin: within this time each text is logged once, up to a total. */
const WINDOW_MS = 60_000;
const MAX_PER_WINDOW = 50;
/** Limits the logged length of an origin. */
const MAX_SHOWN = 100;

/** The address that a request was sent to, as far as the controller can tell. */
interface Target {
  scheme: 'http' | 'https';
  host: string;
  /** True if the peer is a trusted proxy that forwarded scheme and host. */
  isForwarded: boolean;
}

/**
 * Tells the controller's own pages from foreign ones by the `Origin` header of browsers. A misconfigured proxy makes
 * every page look foreign, so a refusal states the expected and the received origin, and the setting that fixes it.
 */
@Injectable()
export class OriginPolicy {
  private readonly trusts: ProxyTrust;
  private readonly allowed: ReadonlySet<string>;
  private windowStartMs = -Infinity;
  private readonly logged = new Set<string>();

  constructor(
    @Inject(SETTINGS) { trustProxy, corsOrigins, publicUrl }: Settings,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly clock: Clock,
  ) {
    this.trusts = createProxyTrust(trustProxy);
    this.allowed = new Set([...corsOrigins, ...(publicUrl ? [publicUrl.origin] : [])]);
  }

  /**
   * Why a page of this origin may not send this request; undefined if it may, and for clients other than browsers.
   * @param anyScheme whether a proxy may terminate TLS without reporting it
   */
  refuse(request: IncomingMessage, anyScheme = false): string | undefined {
    const { origin } = request.headers;
    if (origin === undefined || this.allowed.has(origin)) return undefined;
    const target = this.targetOf(request);
    const page = originOf(origin);
    const scheme = anyScheme && page !== undefined ? new URL(page).protocol : `${target.scheme}:`;
    if (page !== undefined && originOf(`${scheme}//${target.host}`) === page) return undefined;
    const detail = explain(origin, target);
    this.log(request, detail);
    return detail;
  }

  private targetOf(request: IncomingMessage): Target {
    const { headers, socket } = request;
    const isForwarded = this.trusts(socket.remoteAddress ?? '', 0);
    const forwarded = (name: string): string | undefined =>
      isForwarded ? [headers[name] ?? []].flat().join(',').split(',').at(-1)?.trim() || undefined : undefined;
    const isEncrypted = (socket as Partial<TLSSocket>).encrypted === true;
    const scheme = forwarded('x-forwarded-proto') ?? (isEncrypted ? 'https' : 'http');
    return {
      scheme: scheme === 'https' ? 'https' : 'http',
      host: forwarded('x-forwarded-host') ?? headers.host ?? '',
      isForwarded,
    };
  }

  /** Logs details that the answer omits: a stranger need not learn about the proxies. */
  private log({ headers, socket }: IncomingMessage, detail: string): void {
    const nowMs = this.clock.monotonicMs();
    if (nowMs - this.windowStartMs >= WINDOW_MS) {
      this.windowStartMs = nowMs;
      this.logged.clear();
    }
    if (this.logged.has(detail) || this.logged.size >= MAX_PER_WINDOW) return;
    this.logged.add(detail);
    this.logger.warn(
      {
        origin: headers.origin,
        host: headers.host,
        forwarded_proto: headers['x-forwarded-proto'],
        forwarded_host: headers['x-forwarded-host'],
        peer: socket.remoteAddress,
      },
      `a page of another origin was refused: ${detail}`,
    );
  }
}

/** The origin of an address, without a default port; undefined if invalid. */
function originOf(address: string): string | undefined {
  if (!/^https?:\/\/[^/?#\s]+$/i.test(address) || !URL.canParse(address)) return undefined;
  return new URL(address).origin;
}

/** States the expected and received origin, and the setting that fixes it. */
function explain(origin: string, { scheme, host, isForwarded }: Target): string {
  const came = `The page is at ${shorten(origin)}, but its request came for ${scheme}://${shorten(host)}.`;
  const page = URL.canParse(origin) ? new URL(origin) : undefined;
  const target = URL.canParse(`${scheme}://${host}`) ? new URL(`${scheme}://${host}`) : undefined;
  if (!page || page.hostname !== target?.hostname) {
    return `${came} A page of another address must be named in CORS_ORIGINS; a proxy must pass the browser's Host on, or PUBLIC_URL must name the page's address.`;
  }
  const isOnlyScheme = originOf(`${page.protocol}//${host}`) === page.origin;
  if (isOnlyScheme) {
    return isForwarded
      ? `${came} The proxy that ends TLS must send "X-Forwarded-Proto: ${page.protocol.slice(0, -1)}".`
      : `${came} A proxy that ends TLS must send X-Forwarded-Proto, and TRUST_PROXY must name the proxy's address.`;
  }
  return `${came} The proxy must pass the browser's Host on with its port (nginx: proxy_set_header Host $http_host), or PUBLIC_URL must be ${page.origin}.`;
}

function shorten(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
