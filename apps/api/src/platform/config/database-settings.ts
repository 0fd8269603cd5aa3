import type { DatabaseConnection } from '../database/connection.js';
import { RotatingPassword } from '../database/rotating-password.js';
import { parseHosts, type DatabaseHost } from './database-hosts.js';
import { readTls, SSL_MODES, type SslMode } from './database-tls.js';
import { parseDatabaseUrl, type DatabaseUrl } from './database-url.js';

/** Where the database runs: on an external server, or embedded under the data directory. */
export type DatabaseSettings = { mode: 'embedded' } | ({ mode: 'external' } & DatabaseConnection);

/** Functions for reading the database settings. */
export interface DatabaseReader {
  /** The value of a variable, or the content of the file that `<name>_FILE` names; empty counts as missing. */
  text(name: string): string | undefined;
  /** True when the variable or its `_FILE` is not empty. */
  isGiven(name: string): boolean;
  integer(name: string, fallback: number, min: number, max: number): number;
}

type Refuse = (name: string, rule: string) => never;

const FIVE = ['DATABASE_HOST', 'DATABASE_PORT', 'DATABASE_USER', 'DATABASE_PASSWORD', 'DATABASE_NAME'];
/** A URL, or a libpq connection string: both may contain the password. */
const ADDRESS = /:\/\/|password\s*=/i;
const TLS = ['DATABASE_SSL', 'DATABASE_SSL_CA', 'DATABASE_SSL_CERT', 'DATABASE_SSL_KEY'];

/**
 * Reads where the database is.
 * @param refuse reports an invalid variable, never its value
 */
export function readDatabase(reader: DatabaseReader, refuse: Refuse): DatabaseSettings {
  for (const name of ['DATABASE_URL', ...FIVE, ...TLS]) {
    if (reader.isGiven(name) && reader.text(name) === undefined)
      refuse(`${name}_FILE`, 'names an empty file');
  }
  const url = readUrl(reader, refuse);
  const connection = url ? fromUrl(reader, url, refuse) : fromFive(reader, refuse);
  if (!connection) return { mode: 'embedded' };
  const read = (name: string): string | undefined => url?.tls[name] ?? reader.text(name);
  const ssl = readTls(readMode(read, refuse), read, refuse);
  if (ssl && connection.host.startsWith('/')) {
    refuse('DATABASE_SSL', 'must be disable for a Unix socket, which PostgreSQL does not encrypt');
  }
  return { mode: 'external', ...connection, ssl };
}

/** Undefined means as many connections as the server's limits allow. */
export function readPoolSize(reader: DatabaseReader): number | undefined {
  const name = 'DATABASE_POOL_SIZE';
  return reader.isGiven(name) ? reader.integer(name, 0, 4, 1_000) : undefined;
}

function readUrl(reader: DatabaseReader, refuse: Refuse): DatabaseUrl | undefined {
  const text = reader.text('DATABASE_URL');
  return text === undefined ? undefined : parseDatabaseUrl(text, (rule) => refuse('DATABASE_URL', rule));
}

function fromUrl(reader: DatabaseReader, url: DatabaseUrl, refuse: Refuse): DatabaseConnection {
  const isSaid = (name: string): boolean =>
    name in url.tls || (FIVE.includes(name) && (name !== 'DATABASE_PASSWORD' || url.password !== undefined));
  const twice = [...FIVE, ...TLS].find((name) => reader.isGiven(name) && isSaid(name));
  if (twice !== undefined)
    refuse('DATABASE_URL', `and ${twice} must not both say the same: leave one of them unset`);
  const { host, port = 5432, user = 'moolai', database } = url;
  const password = (): string => readUrl(reader, refuse)?.password ?? reader.text('DATABASE_PASSWORD') ?? '';
  const hosts = parseHosts(host, port) ?? refuse('DATABASE_URL', 'names a host that cannot be understood');
  return { ...serversOf(hosts, { host, port }), user, ...rotating(password), database };
}

/** Undefined without a host; the other variables must then be unset too, because they would have no effect. */
function fromFive(reader: DatabaseReader, refuse: Refuse): DatabaseConnection | undefined {
  const host = reader.text('DATABASE_HOST');
  if (host === undefined) {
    const idle = [...FIVE, ...TLS].find((name) => reader.isGiven(name) && reader.text(name) !== 'disable');
    if (idle === undefined) return undefined;
    return refuse(
      idle,
      'does nothing without DATABASE_HOST or DATABASE_URL: set one of these, or leave it unset',
    );
  }
  const names = { host, user: reader.text('DATABASE_USER'), database: reader.text('DATABASE_NAME') };
  for (const [name, value] of Object.entries(names)) {
    // The server or the resolver would repeat it, with the password, in error messages.
    if (value !== undefined && (ADDRESS.test(value) || (name === 'host' && value.includes('@')))) {
      const variable = name === 'database' ? 'DATABASE_NAME' : `DATABASE_${name.toUpperCase()}`;
      refuse(variable, 'must not be a URL or a list of parameters: a whole URL belongs in DATABASE_URL');
    }
  }
  const hosts = parseHosts(host, reader.integer('DATABASE_PORT', 5432, 1, 65_535));
  const [first] = hosts ?? [];
  if (!hosts || !first) {
    return refuse('DATABASE_HOST', 'must be a host, or several with commas between, such as db-1,db-2:5433');
  }
  return {
    ...serversOf(hosts, first),
    user: names.user ?? 'moolai',
    ...rotating(() => reader.text('DATABASE_PASSWORD') ?? ''),
    database: names.database ?? 'moolai_controller',
  };
}

/** The first server, and the list of all if there are several. */
function serversOf(
  hosts: DatabaseHost[],
  only: DatabaseHost,
): Pick<DatabaseConnection, 'host' | 'port' | 'hosts'> {
  return hosts.length > 1 ? { ...(hosts[0] ?? only), hosts } : only;
}

/**
 * A function even for an empty password: with an empty string the driver would look elsewhere, for example in
 * `~/.pgpass`.
 */
function rotating(read: () => string): Required<Pick<DatabaseConnection, 'password' | 'rotation'>> {
  const rotation = new RotatingPassword(read);
  return { password: () => rotation.value, rotation };
}

function readMode(read: (name: string) => string | undefined, refuse: Refuse): SslMode {
  const text = read('DATABASE_SSL') ?? 'disable';
  const mode = SSL_MODES.find((one) => one === text);
  return mode ?? refuse('DATABASE_SSL', `(sslmode in a URL) must be one of ${SSL_MODES.join(', ')}`);
}
