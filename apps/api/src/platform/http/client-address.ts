import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** Where the request comes from, see {@link clientAddress}. */
    clientAddress: string;
  }
}

/** Reverse proxies that are believed: how many there are before the controller, or their networks. */
export type TrustedProxies = number | readonly string[];

/**
 * Whether what this address says of who it speaks for is believed.
 * @param hop 0 for the peer of the connection, 1 for who it says it speaks for, and so on
 */
export type ProxyTrust = (address: string, hop: number) => boolean;

/** Undefined for a text that is neither an address nor a network in CIDR notation. */
export function parseNetwork(
  text: string,
): { address: string; prefix: number; family: 'ipv4' | 'ipv6' } | undefined {
  const [, address = '', length] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0) return undefined;
  const longest = version === 4 ? 32 : 128;
  const prefix = length === undefined ? longest : Number(length);
  return prefix > longest ? undefined : { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' };
}

/** The one rule of HTTP and WebSocket about whose `X-Forwarded-For` counts. */
export function createProxyTrust(proxies: TrustedProxies): ProxyTrust {
  if (typeof proxies === 'number') return (_, hop) => hop < proxies;
  const networks = new BlockList();
  for (const text of proxies) {
    const network = parseNetwork(text);
    if (network) networks.addSubnet(network.address, network.prefix, network.family);
  }
  return (address) => {
    const version = isIP(address);
    return version !== 0 && networks.check(address, version === 4 ? 'ipv4' : 'ipv6');
  };
}

/** Gives every request its `clientAddress`. Fastify's own `ip` takes an address with a port for none. */
export function markClientAddress(fastify: FastifyInstance, trusts: ProxyTrust): void {
  fastify.decorateRequest('clientAddress', '');
  fastify.addHook('onRequest', (request, _reply, done) => {
    request.clientAddress = clientAddress(request.raw, trusts);
    done();
  });
}

/**
 * The address that a proxy has forwarded; undefined for anything else. Azure's gateways, and the balancers of AWS by a
 * setting, add the port of the client, and write IPv6 in brackets then.
 */
function forwardedAddress(text: string): string | undefined {
  const [, bracketed, withPort] = /^(?:\[([^\]]*)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/.exec(text) ?? [];
  const address = bracketed ?? withPort ?? text;
  return isIP(address) === 0 ? undefined : address;
}

/**
 * Who a request comes from: the nearest address that is not a trusted proxy. Whatever stands in front of
 * it in `X-Forwarded-For` anybody may have written.
 */
export function clientAddress(request: IncomingMessage, trusts: ProxyTrust): string {
  const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',').reverse();
  let address = request.socket.remoteAddress ?? 'unknown';
  for (const [hop, text] of forwarded.entries()) {
    const next = forwardedAddress(text.trim());
    if (next === undefined || !trusts(address, hop)) break;
    address = next;
  }
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
