import { randomUUID } from 'node:crypto';
import type { Notification } from 'pg';
import type pg from 'pg';
import { settleWithin } from '../process/settle-within.js';
import { StartError } from '../process/data-dir-lock.js';
import type { DatabaseConnection } from './connection.js';
import { openClient } from './open-client.js';

/** Of its own, so that no listener takes an echo for an announcement. */
const CHANNEL = 'moolai_echo';
/** The echo comes within milliseconds; this is for a server, or an event loop, that is very busy. */
const PATIENCE_MS = 5_000;

/** The connection leads to no session of its own. */
export class NoSessionError extends StartError {
  constructor() {
    super(
      'the database is behind a pooler in transaction mode, where LISTEN and locks of a session do not work: ' +
        'connect to PostgreSQL itself, or to a pool with pool_mode = session (docs/operators.md, PostgreSQL and poolers)',
    );
  }
}

/**
 * Makes sure that a session hears what others announce. A pooler in transaction mode takes LISTEN, says that it was
 * done, and gives the session to somebody else.
 *
 * The announcement comes from another connection: a session hears its own ones also there.
 * @throws NoSessionError when it hears nothing
 */
export async function assertHears(client: pg.Client, connection: DatabaseConnection): Promise<void> {
  const echo = randomUUID();
  let hear: () => void = () => undefined;
  const heard = new Promise<void>((resolve) => (hear = resolve));
  const listener = ({ channel, payload }: Notification): void => {
    if (channel === CHANNEL && payload === echo) hear();
  };
  client.on('notification', listener);
  try {
    await client.query(`LISTEN ${CHANNEL}`);
    await announce(connection, echo);
    if (!(await settleWithin(heard, PATIENCE_MS))) throw new NoSessionError();
    await client.query(`UNLISTEN ${CHANNEL}`);
  } finally {
    client.removeListener('notification', listener);
  }
}

/**
 * Makes sure that connections lead to sessions of their own, before anything relies on that: a lock that was taken
 * through a pooler in transaction mode stays behind when its process has ended.
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
