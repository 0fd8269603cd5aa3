import { randomUUID } from 'node:crypto';
import type { Notification } from 'pg';
import type pg from 'pg';
import { settleWithin } from '../process/settle-within.js';
import { StartError } from '../process/data-dir-lock.js';
import type { DatabaseConnection } from './connection.js';
import { openClient } from './open-client.js';

/** A separate channel, so that no listener mistakes an echo for an announcement. */
const CHANNEL = 'moolai_echo';
/** The echo normally takes milliseconds; this allows for a busy server or event loop. */
const PATIENCE_MS = 5_000;

/** The connection has no session of its own. */
export class NoSessionError extends StartError {
  constructor() {
    super(
      'the database is behind a pooler in transaction mode, where LISTEN and locks of a session do not work: ' +
        'connect to PostgreSQL itself, or to a pool with pool_mode = session (docs/operators.md, PostgreSQL and poolers)',
    );
  }
}

/**
 * Ensures that a session receives announcements of others. A pooler in transaction mode accepts LISTEN, confirms it,
 * and then gives the session to another client.
 *
 * The announcement comes from another connection, because a session receives its own even then.
 * @throws NoSessionError when nothing is received
 */
export async function assertHears(client: pg.Client, connection: DatabaseConnection): Promise<void> {
  const echo = randomUUID();
  let receive: () => void = () => undefined;
  const received = new Promise<void>((resolve) => (receive = resolve));
  const listener = ({ channel, payload }: Notification): void => {
    if (channel === CHANNEL && payload === echo) receive();
  };
  client.on('notification', listener);
  try {
    await client.query(`LISTEN ${CHANNEL}`);
    await announce(connection, echo);
    if (!(await settleWithin(received, PATIENCE_MS))) throw new NoSessionError();
    await client.query(`UNLISTEN ${CHANNEL}`);
  } finally {
    client.removeListener('notification', listener);
  }
}

/**
 * Ensures that connections have sessions of their own, before anything relies on that: a lock taken through a pooler in
 * transaction mode would outlive its process.
 * @throws NoSessionError when they do not
 */
export async function assertSessions(connection: DatabaseConnection): Promise<void> {
  const client = await open(connection);
  try {
    await assertHears(client, connection);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function announce(connection: DatabaseConnection, echo: string): Promise<void> {
  const client = await open(connection);
  try {
    await client.query('SELECT pg_notify($1, $2)', [CHANNEL, echo]);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function open(connection: DatabaseConnection): Promise<pg.Client> {
  return openClient(connection, {
    application_name: 'moolai-session-check',
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
  });
}
