import type { ClientBase } from 'pg';

/** When the server was started: another server, and one that was started again, has another one. In no time zone. */
export const BIRTH = 'extract(epoch FROM pg_postmaster_start_time())::text';
const SERVER = `SELECT pg_is_in_recovery() AS standby, ${BIRTH} AS birth`;

const births = new WeakMap<ClientBase, string>();

/**
 * Remembers which server a new session is on.
 * @throws Error with SQLSTATE 25006 when it is a standby
 */
export async function identify(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ standby: boolean; birth: string }>(SERVER);
  const [server] = rows;
  if (server?.standby) throw onlyReads();
  if (server) births.set(client, server.birth);
}

/** The server that a session is on; undefined as long as that is not known. */
export function birthOf(client: ClientBase): string | undefined {
  return births.get(client);
}

/** What a standby is refused with: it is worth another try. */
export function onlyReads(): Error {
  return Object.assign(new Error('the server is a standby, which only reads'), { code: '25006' });
}

/** Ends a session without a farewell, which a server that is gone would never answer. */
export function cut(client: ClientBase): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}

/** True when the connection of a session has ended, though its end may not have been told yet. */
export function isCut(client: ClientBase): boolean {
  return (client as unknown as { connection: { stream: { destroyed: boolean } } }).connection.stream
    .destroyed;
}
