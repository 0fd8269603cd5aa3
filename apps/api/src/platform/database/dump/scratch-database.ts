import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { DatabaseConnection } from '../connection.js';
import { openClient } from '../open-client.js';
import { pinSession } from '../session.js';
import { forUnclaimed, whileClaimed } from './backup-lock.js';

/** Keeps the name below PostgreSQL's limit of 63 bytes. */
const MAX_STEM = 40;

async function administer<T extends pg.QueryResultRow>(
  connection: DatabaseConnection,
  statement: string,
  parameters: unknown[] = [],
): Promise<T[]> {
  const client = await openClient(connection, { connectionTimeoutMillis: 5_000 });
  try {
    await pinSession(client);
    return (await client.query<T>(statement, parameters)).rows;
  } finally {
    await client.end();
  }
}

function prefixOf({ database }: DatabaseConnection): string {
  return `${database.slice(0, MAX_STEM)}_verify_`;
}

/**
 * Runs `work` on an empty database on the same server, and drops it afterwards.
 * @param schemas to create, the tables' schema first
 * @throws Error when the role may not create databases
 */
export async function withScratchDatabase<T>(
  connection: DatabaseConnection,
  schemas: readonly string[],
  work: (scratch: DatabaseConnection) => Promise<T>,
): Promise<T> {
  await dropScratchLeftovers(connection);
  const name = prefixOf(connection) + randomBytes(6).toString('hex');
  // Claimed before it is created: until the first connection nothing else protects it.
  return whileClaimed(connection, name, () => withNewDatabase(connection, name, schemas, work));
}

async function withNewDatabase<T>(
  connection: DatabaseConnection,
  name: string,
  schemas: readonly string[],
  work: (scratch: DatabaseConnection) => Promise<T>,
): Promise<T> {
  await create(connection, name);
  try {
    const scratch = { ...connection, database: name };
    for (const schema of schemas) {
      await administer(scratch, `CREATE SCHEMA IF NOT EXISTS ${pg.escapeIdentifier(schema)}`);
    }
    // Role settings for one database do not apply to this one.
    const path = schemas.map((schema) => pg.escapeIdentifier(schema)).join(', ');
    const settings = `ALTER DATABASE ${pg.escapeIdentifier(name)} SET search_path = ${path || 'public'}`;
    await administer(connection, settings);
    return await work(scratch);
  } finally {
    await administer(connection, `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
  }
}

async function create(connection: DatabaseConnection, name: string): Promise<void> {
  try {
    await administer(
      connection,
      `CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE template0 ENCODING 'UTF8'`,
    );
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error;
    const { user } = connection;
    throw new Error(
      `${user} may not create a scratch database to restore it into: ALTER ROLE ${user} CREATEDB`,
      {
        cause: error,
      },
    );
  }
}

/** Drops scratch databases of killed processes, but not those in use. */
export async function dropScratchLeftovers(connection: DatabaseConnection): Promise<void> {
  const prefix = prefixOf(connection);
  const rows = await administer<{ name: string }>(
    connection,
    'SELECT datname AS name FROM pg_database WHERE starts_with(datname, $1)',
    [prefix],
  );
  const names = rows
    .map(({ name }) => name)
    .filter((name) => /^[0-9a-f]{12}$/.test(name.slice(prefix.length)));
  await forUnclaimed(connection, names, async (name) => {
    await administer(connection, `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)}`).catch(
      () => undefined,
    );
  });
}
