import type { ReadVariable } from './oidc-settings.js';

/** Where Redis is, and how to sign in there. */
export interface RedisSettings {
  host: string;
  port: number;
  tls: boolean;
  username: string | undefined;
  password: string | undefined;
  /** Number of the database on that server. */
  database: number;
}

const DEFAULT_PORT = 6_379;
const FORM = 'must have the form redis://user:password@host:port/0, or rediss:// for TLS';
const ENCODING = 'write % @ : / ? # in a password as %25 %40 %3A %2F %3F %23';

/**
 * Reads `REDIS_URL`; undefined if it is not set, which makes this process the only controller of its database.
 * @param refuse reports an invalid variable
 */
export function readRedis(
  read: ReadVariable,
  refuse: (name: string, rule: string) => never,
): RedisSettings | undefined {
  const text = read('REDIS_URL');
  if (text === undefined) return undefined;
  const wrong = (rule: string): never => refuse('REDIS_URL', rule);
  const url = URL.canParse(text) ? new URL(text) : wrong(`${FORM}; ${ENCODING}`);
  if (!/^rediss?:$/.test(url.protocol) || url.hostname === '') return wrong(`${FORM}; ${ENCODING}`);
  if (url.search !== '' || url.hash !== '') return wrong(`${FORM}, without parameters; ${ENCODING}`);
  if (url.port === '0') return wrong('must have a port from 1 to 65535');
  const database =
    /^\/?(\d{0,5})$/.exec(url.pathname)?.[1] ?? wrong(`${FORM}: a number after the last slash`);
  return {
    // The driver wants an IPv6 address without brackets.
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    tls: url.protocol === 'rediss:',
    username: decoded(url.username, wrong),
    password: decoded(url.password, wrong),
    database: Number(database),
  };
}

function decoded(part: string, wrong: (rule: string) => never): string | undefined {
  try {
    return decodeURIComponent(part) || undefined;
  } catch {
    return wrong('has a % that begins no percent-encoding: write it as %25');
  }
}
