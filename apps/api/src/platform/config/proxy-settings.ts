import { parseNetwork, type TrustedProxies } from '../http/client-address.js';
import type { ReadVariable } from './oidc-settings.js';

/** Settings for proxies and load balancers in front of the controller. */
export interface ProxySettings {
  /** Proxies whose `X-Forwarded-For`, `-Proto` and `-Host` headers are trusted; 0 for none. */
  trustProxy: TrustedProxies;
  /** The URL at which browsers reach the controller; undefined to take it from each request. */
  publicUrl: URL | undefined;
  /** How long an idle connection stays open, in seconds. */
  keepAliveSec: number;
}

/**
 * Reads the {@link ProxySettings}.
 * @param integer reads a whole number within limits
 * @param refuse reports an invalid variable
 */
export function readProxy(
  read: ReadVariable,
  integer: (name: string, fallback: number, min: number, max: number) => number,
  refuse: (name: string, rule: string) => never,
): ProxySettings {
  const url = read('PUBLIC_URL');
  if (url !== undefined && !(/^https?:/.test(url) && URL.canParse(url))) {
    refuse('PUBLIC_URL', 'must be an address such as https://host');
  }
  return {
    trustProxy: readTrustedProxies(read('TRUST_PROXY') ?? '0', (rule) => refuse('TRUST_PROXY', rule)),
    publicUrl: url === undefined ? undefined : new URL(url),
    // Longer than load balancers keep idle connections: one that reuses a connection being closed here answers its
    // client 502. nginx, HAProxy, and the balancers of AWS and Azure close after 60 s by default, Traefik after 90 s,
    // Caddy after 120 s.
    keepAliveSec: integer('HTTP_KEEP_ALIVE_SEC', 125, 1, 86_400),
  };
}

function readTrustedProxies(text: string, refuse: (rule: string) => never): TrustedProxies {
  if (/^\d{1,2}$/.test(text)) return Number(text);
  const networks = text.split(',').map((network) => network.trim());
  if (networks.every((network) => parseNetwork(network))) return networks;
  return refuse('must be a number of proxies, or a comma-separated list of networks such as 10.0.0.0/8');
}
