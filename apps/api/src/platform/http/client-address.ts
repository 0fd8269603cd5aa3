import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The address of the client, see {@link clientAddress}. */
    clientAddress: string;
  }
}

/** Trusted reverse proxies: their number before the controller, or their networks. */
export type TrustedProxies = number | readonly string[];

/**
 * Whether the address that this one forwards is trusted.
 * @param hop 0 for the peer of the connection, 1 for the address that it forwards, and so on
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

/** The rule for trusting `X-Forwarded-For`, for HTTP and WebSocket. */
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

/** Sets `clientAddress` on every request. Fastify's own `ip` does not understand an address with a port. */
export function markClientAddress(fastify: FastifyInstance, trusts: ProxyTrust): void {
  fastify.decorateRequest('clientAddress', '');
  fastify.addHook('onRequest', (request, _reply, done) => {
    request.clientAddress = clientAddress(request.raw, trusts);
    done();
  });
}

/**
 * The address in a forwarded entry; undefined if it is invalid. Azure's gateways, and AWS load balancers by a setting,
 * add the client's port, and then write IPv6 in brackets.
 */
function forwardedAddress(text: string): string | undefined {
  const [, bracketed, withPort] = /^(?:\[([^\]]*)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/.exec(text) ?? [];
  const address = bracketed ?? withPort ?? text;
  return isIP(address) === 0 ? undefined : address;
}

/**
 * The client's address: the nearest one that is not a trusted proxy. Any client can forge the entries before it in
 * `X-Forwarded-For`.
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
