import type { IncomingMessage } from 'node:http';
import { clientAddress, createProxyTrust, parseNetwork, type TrustedProxies } from './client-address.js';

function addressOf(proxies: TrustedProxies, remoteAddress: string, forwardedFor?: string | string[]): string {
  const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor };
  const request = { headers, socket: { remoteAddress } } as unknown as IncomingMessage;
  return clientAddress(request, createProxyTrust(proxies));
}

describe('clientAddress', () => {
  it.each<[string, TrustedProxies, string, string | string[] | undefined, string]>([
    ['no proxy, so forwarded headers are ignored', 0, '203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['one hop', 1, '10.0.0.2', '198.51.100.1', '198.51.100.1'],
    [
      'one hop, with further addresses sent by the client',
      1,
      '10.0.0.2',
      '1.1.1.1, 198.51.100.1',
      '198.51.100.1',
    ],
    ['two hops', 2, '10.0.0.2', '1.1.1.1, 198.51.100.1, 10.0.0.3', '198.51.100.1'],
    ['more hops than there are', 5, '10.0.0.2', '198.51.100.1', '198.51.100.1'],
    ['a network', ['10.0.0.0/8'], '10.0.0.2', '1.1.1.1, 198.51.100.1, 10.9.9.9', '198.51.100.1'],
    [
      'a network that does not contain the peer',
      ['10.0.0.0/8'],
      '203.0.113.9',
      '198.51.100.1',
      '203.0.113.9',
    ],
    ['a network, seen through IPv6', ['10.0.0.0/8'], '::ffff:10.0.0.2', '198.51.100.1', '198.51.100.1'],
    ['an IPv6 network', ['fd00::/8'], 'fd00::1', '2001:db8::7', '2001:db8::7'],
    ['one address', ['10.0.0.2'], '10.0.0.3', '198.51.100.1', '10.0.0.3'],
    ['an invalid address', 1, '10.0.0.2', 'unknown', '10.0.0.2'],
    ['one hop with a port', 1, '10.0.0.2', '198.51.100.1:50123', '198.51.100.1'],
    ['one hop with a port and IPv6', 1, '10.0.0.2', '[2001:db8::7]:50123', '2001:db8::7'],
    ['one hop with brackets', 1, '10.0.0.2', '[2001:db8::7]', '2001:db8::7'],
    [
      'a network whose proxies add ports',
      ['10.0.0.0/8'],
      '10.0.0.2',
      '198.51.100.1:4, 10.9.9.9:5',
      '198.51.100.1',
    ],
    ['a port without an address', 1, '10.0.0.2', ':50123', '10.0.0.2'],
    ['other text in brackets', 1, '10.0.0.2', '[unknown]:50123', '10.0.0.2'],
    ['two headers', 1, '10.0.0.2', ['1.1.1.1', '198.51.100.1'], '198.51.100.1'],
    ['a proxy that forwards nothing', 1, '::ffff:10.0.0.2', undefined, '10.0.0.2'],
  ])('resolves %s', (_, proxies, peer, forwarded, expected) => {
    expect(addressOf(proxies, peer, forwarded)).toBe(expected);
  });
});

describe('parseNetwork', () => {
  it.each(['', 'proxy', '10.0.0.0/33', 'fd00::/129', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0/8', '/8'])(
    'refuses %j',
    (text) => {
      expect(parseNetwork(text)).toBeUndefined();
    },
  );
});
