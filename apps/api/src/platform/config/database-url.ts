/** The parts of a `DATABASE_URL`. */
export interface DatabaseUrl {
  /** One host, or several separated by commas. */
  host: string;
  port: number | undefined;
  user: string | undefined;
  password: string | undefined;
  database: string;
  /** The URL's TLS parameters, by the name of the equivalent variable. */
  tls: Partial<Record<string, string>>;
}

const FORM =
  /^postgres(?:ql)?:\/\/(?:(?<user>[^:@/?#]*)(?::(?<password>[^@/?#]*))?@)?(?<hosts>[^@/?#]*)(?:\/(?<database>[^/?#]*))?(?:\?(?<query>[^#]*))?$/i;
const HOST = /^(?:\[(?<address>[0-9a-f:.%]+)\]|(?<name>[^:[\]\s]+))(?::(?<port>\d{1,5}))?$/i;
/** Parameters with an equivalent variable. */
const TLS_PARAMETERS: Record<string, string> = {
  sslmode: 'DATABASE_SSL',
  sslrootcert: 'DATABASE_SSL_CA',
  sslcert: 'DATABASE_SSL_CERT',
  sslkey: 'DATABASE_SSL_KEY',
};
/** Parameters without effect: the controller names its connections and sets its own timeouts. */
const IGNORED = new Set(['application_name', 'fallback_application_name', 'connect_timeout', 'keepalives']);

/**
 * Parses a database URL as providers give it: `postgres://user:password@host:port/database?sslmode=…`.
 * @param refuse reports an error without any part of the URL that may be secret
 */
export function parseDatabaseUrl(text: string, refuse: (rule: string) => never): DatabaseUrl {
  const parts = FORM.exec(text)?.groups;
  if (!parts) {
    return refuse(
      'must have the form postgres://user:password@host:port/database; write % @ : / ? # in a password as %25 %40 %3A %2F %3F %23',
    );
  }
  const { user, password, database, hosts = '', query } = parts;
  if (!database) return refuse('must name a database: postgres://user:password@host:port/database');
  const { socket, tls } = readQuery(query, refuse);
  const decode = (part: string | undefined): string | undefined => part && decoded(part, refuse);
  return {
    ...readHosts(socket ?? decode(hosts) ?? '', refuse),
    user: decode(user),
    password: decode(password),
    database: decoded(database, refuse),
    tls,
  };
}

function decoded(part: string, refuse: (rule: string) => never): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return refuse('has a % that begins no percent-encoding: write it as %25');
  }
}

function readHosts(text: string, refuse: (rule: string) => never): Pick<DatabaseUrl, 'host' | 'port'> {
  if (text.startsWith('/')) return { host: text, port: undefined };
  const found = text.split(',').map((one) => HOST.exec(one)?.groups);
  if (found.includes(undefined)) {
    return refuse('must name a host: postgres://user:password@host:port/database');
  }
  if (found.some((one) => Number(one?.['port'] ?? 1) > 65_535 || Number(one?.['port'] ?? 1) === 0)) {
    return refuse('must have a port from 1 to 65535');
  }
  const [first] = found;
  // For several hosts, DATABASE_HOST contains the ports too.
  if (found.length > 1) return { host: text, port: undefined };
  const { address, name, port } = first ?? {};
  return { host: address ?? name ?? '', port: port === undefined ? undefined : Number(port) };
}

function readQuery(
  query: string | undefined,
  refuse: (rule: string) => never,
): { socket: string | undefined; tls: DatabaseUrl['tls'] } {
  const tls: DatabaseUrl['tls'] = {};
  let socket: string | undefined;
  for (const [name, value] of new URLSearchParams(query)) {
    const variable = TLS_PARAMETERS[name];
    // The authorities built into Node.js, as with an empty DATABASE_SSL_CA.
    if (name === 'sslrootcert' && value === 'system') continue;
    if (variable !== undefined) tls[variable] = value;
    else if (name === 'host' && value.startsWith('/')) socket = value;
    else if (!IGNORED.has(name)) {
      const shown = /^\w{1,40}$/.test(name) ? `the parameter ${name}` : 'a parameter';
      return refuse(`has ${shown}, which is not supported: leave it out`);
    }
  }
  return { socket, tls };
}
