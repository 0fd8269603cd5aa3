/** One server of a database. */
export interface DatabaseHost {
  host: string;
  port: number;
}

/**
 * Reads `DATABASE_HOST`: one host, or several with commas between, each with a port of its own behind a colon where it
 * has one. IPv6 addresses with a port stand in brackets; a path names a directory with a socket.
 * @returns undefined when something of it cannot be understood
 */
export function parseHosts(text: string, defaultPort: number): DatabaseHost[] | undefined {
  const hosts = text.split(',').map((part) => parseHost(part.trim(), defaultPort));
  return hosts.every((host) => host !== undefined) ? hosts : undefined;
}

function parseHost(text: string, defaultPort: number): DatabaseHost | undefined {
  if (text === '') return undefined;
  const parts = /^\[([^[\]]+)\](?::(\d{1,5}))?$/.exec(text) ?? /^([^:[\]]+):(\d{1,5})$/.exec(text);
  if (!parts) return { host: text, port: defaultPort };
  const [, host = '', digits] = parts;
  const port = digits === undefined ? defaultPort : Number(digits);
  return port >= 1 && port <= 65_535 ? { host, port } : undefined;
}
