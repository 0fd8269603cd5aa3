import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

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

/** The address of a request that Fastify has read by the same rule; never what is no address. */
export function addressOf(request: { ip: string; socket: { remoteAddress?: string } }): string {
  const { ip, socket } = request;
  return isIP(ip) === 0 ? (socket.remoteAddress ?? 'unknown') : ip;
}

/**
 * Who a request comes from: the nearest address that is not a trusted proxy. Whatever stands in front of
 * it in `X-Forwarded-For` anybody may have written.
 */
export function clientAddress(request: IncomingMessage, trusts: ProxyTrust): string {
  const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',').reverse();
  let address = request.socket.remoteAddress ?? 'unknown';
  for (const [hop, text] of forwarded.entries()) {
    const next = text.trim();
    if (!trusts(address, hop) || isIP(next) === 0) break;
    address = next;
  }
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
