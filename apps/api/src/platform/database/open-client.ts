import pg from 'pg';
import type { DatabaseConnection } from './connection.js';

/**
 * Opens a connection that is not of the pool; once more where the server refuses the password and its file has another
 * one by now.
 * @param prepare is given each client before it connects
 */
export async function openClient(
  connection: DatabaseConnection,
  options: pg.ClientConfig,
  prepare?: (client: pg.Client) => void,
): Promise<pg.Client> {
  const { rotation } = connection;
  const version = rotation?.version ?? 0;
  try {
    return await connect(connection, options, prepare);
  } catch (error) {
    if (!rotation?.isRenewedAfter(error, version)) throw error;
    return connect(connection, options, prepare);
  }
}

async function connect(
  connection: DatabaseConnection,
  options: pg.ClientConfig,
  prepare: ((client: pg.Client) => void) | undefined,
): Promise<pg.Client> {
  const client = new pg.Client({ ...connection, ...options });
  // Who waits for an answer hears of it by that.
  client.on('error', () => undefined);
  prepare?.(client);
  await client.connect();
  return client;
}
