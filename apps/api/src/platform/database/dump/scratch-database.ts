import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { DatabaseConnection } from '../connection.js';

/** A database's name has at most 63 bytes. */
const MAX_STEM = 40;

async function administer<T extends pg.QueryResultRow>(
  connection: DatabaseConnection,
  statement: string,
  parameters: unknown[] = [],
): Promise<T[]> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<T>(statement, parameters)).rows;
  } finally {
    await client.end();
  }
}

function prefixOf({ database }: DatabaseConnection): string {
  return `${database.slice(0, MAX_STEM)}_verify_`;
}

/**
 * Runs `work` on an empty database beside the given one, on the same server, and drops it again.
 * @throws Error of the server when the role may not create databases
 */
export async function withScratchDatabase<T>(
  connection: DatabaseConnection,
  work: (scratch: DatabaseConnection) => Promise<T>,
): Promise<T> {
  await dropLeftovers(connection);
  const name = prefixOf(connection) + randomBytes(6).toString('hex');
  await administer(connection, `CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE template0`);
  try {
    return await work({ ...connection, database: name });
  } finally {
    await administer(connection, `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
  }
}

/** A process that was killed in the middle has left its scratch database behind. One in use is not dropped. */
async function dropLeftovers(connection: DatabaseConnection): Promise<void> {
  const prefix = prefixOf(connection);
  const rows = await administer<{ name: string }>(
    connection,
    'SELECT datname AS name FROM pg_database WHERE starts_with(datname, $1)',
    [prefix],
  );
  for (const { name } of rows.filter((row) => /^[0-9a-f]{12}$/.test(row.name.slice(prefix.length)))) {
    await administer(connection, `DROP DATABASE ${pg.escapeIdentifier(name)}`).catch(() => undefined);
  }
}
