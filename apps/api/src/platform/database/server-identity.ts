import type { ClientBase } from 'pg';

/** The server's start time in no time zone, which differs between servers and changes with each restart. */
export const BIRTH = 'extract(epoch FROM pg_postmaster_start_time())::text';
const SERVER = `SELECT pg_is_in_recovery() AS standby, ${BIRTH} AS birth`;

/** The part of `PrimaryFinder` that a session needs. */
interface Finder {
  /** {@link BIRTH} of that server; undefined before the first search. */
  readonly birth: string | undefined;
  find(): Promise<boolean>;
  /** Returns a function that removes the listener. */
  onFound(listener: () => void): () => void;
}

/**
 * Binds a new session to its server: when the controller moves to another server, the session ends at once. If the
 * controller has moved while the session was opening, or the server has restarted, a new search tells which.
 * @throws Error with SQLSTATE 25006 when it is a standby, or not the server that the controller uses
 */
export async function bindToServer(client: ClientBase, finder: Finder | undefined): Promise<void> {
  const { rows } = await client.query<{ standby: boolean; birth: string }>(SERVER);
  const [server] = rows;
  if (server?.standby) throw onlyReads();
  if (!server) return;
  if (!finder) return;
  const isElsewhere = (): boolean => finder.birth !== undefined && finder.birth !== server.birth;
  if (isElsewhere()) await finder.find();
  if (isElsewhere()) throw onlyReads();
  const forget = finder.onFound(() => {
    if (isElsewhere()) cut(client);
  });
  client.once('end', forget);
}

/** The retryable error that refuses such a session. */
export function onlyReads(): Error {
  return Object.assign(
    new Error('the server is a standby, which only reads, or was left behind by a promotion'),
    { code: '25006' },
  );
}

/** Ends a session without a close message, which a vanished server would never answer. */
export function cut(client: ClientBase): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}

/** True if the connection of a session has ended, even before its end was reported. */
export function isCut(client: ClientBase): boolean {
  return (client as unknown as { connection: { stream: { destroyed: boolean } } }).connection.stream
    .destroyed;
}
