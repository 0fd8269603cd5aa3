import type { Settings } from '../config/settings.js';
import type { DatabaseConnection } from '../database/connection.js';
import { readEmbeddedAddress } from '../database/embedded-address.js';
import { EmbeddedPostgres } from '../database/embedded-postgres.js';
import { followPrimary } from '../database/primary-finder.js';
import { assertSessions } from '../database/session-check.js';
import { DataDirInUseError, lockDataDir } from './data-dir-lock.js';

/** The database of a command, and a function that releases it. */
export interface StoredDatabase {
  connection: DatabaseConnection;
  close(): Promise<void>;
}

/**
 * Opens the database of `DATABASE_*`, or the embedded one, which is started if no controller runs.
 * @param whenRunning what to do if a controller runs on the embedded one
 * @throws StartError if that is to be refused
 */
export async function openStoredDatabase(
  { database, dataDir }: Pick<Settings, 'database' | 'dataDir'>,
  whenRunning: 'share' | 'refuse',
): Promise<StoredDatabase> {
  if (database.mode === 'external') {
    const connection = followPrimary(database);
    await connection.finder?.find();
    await assertSessions(connection);
    return { connection, close: () => Promise.resolve() };
  }
  let unlock: () => void;
  try {
    unlock = lockDataDir(dataDir);
  } catch (error) {
    if (whenRunning === 'refuse' || !(error instanceof DataDirInUseError)) throw error;
    return { connection: readEmbeddedAddress(dataDir), close: () => Promise.resolve() };
  }
  const postgres = new EmbeddedPostgres({ dataDir });
  const close = async (): Promise<void> => {
    await postgres.stop();
    unlock();
  };
  try {
    return { connection: await postgres.start(), close };
  } catch (error) {
    await close();
    throw error;
  }
}
