/** One server of a database. */
export interface DatabaseHost {
  host: string;
  port: number;
}

/**
 * Parses `DATABASE_HOST`: one host, or several separated by commas, each with an optional `:port`. IPv6 addresses with
 * a port need brackets; a path names the directory of a socket.
 * @returns undefined if any part is invalid
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
