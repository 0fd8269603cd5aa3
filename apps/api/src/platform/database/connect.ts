import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { isDatabaseUnavailable } from '../errors/error-translation.js';
import type { Logger } from '../logging/logger.js';
import { StartError } from '../process/data-dir-lock.js';
import { connectionProblem } from './connection-problem.js';
import type { DatabaseConnection } from './connection.js';
import { createDataSource } from './data-source.js';
import { migrate } from './migrate.js';

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 10_000;

/** What a database that is still starting, or does not exist yet, answers with. */
function isWorthAnotherTry(error: unknown): boolean {
  const code = (error as { code?: string }).code;
  return isDatabaseUnavailable(error) || code === '3D000';
}

/** Options of {@link connectDatabase}. */
export interface ConnectOptions {
  /** Ends the waiting. */
  signal?: AbortSignal;
  /** False refuses a database that lacks migrations; true, which is the default, migrates it. */
  migrateAtStart?: boolean;
  /** Runs before anything else asks the server: two controllers must not migrate at once. */
  takeLock?: () => Promise<void>;
}

/**
 * Connects, waiting for a server that does not answer yet with growing pauses, and migrates.
 * @throws Error when `signal` is aborted
 * @throws StartError when the server answers and refuses (a wrong password, a certificate that is not trusted), and
 *   when the schema is newer than this code, or older and not to be migrated
 */
export async function connectDatabase(
  connection: DatabaseConnection,
  logger: Logger,
  { signal, migrateAtStart = true, takeLock }: ConnectOptions = {},
): Promise<DataSource> {
  let pauseMs = FIRST_RETRY_MS;
  for (;;) {
    const dataSource = createDataSource(connection);
    try {
      await takeLock?.();
      const applied = await migrate(connection, logger, migrateAtStart ? 'run' : 'check');
      if (applied.length > 0) logger.info({ applied }, 'migrated the database');
      await dataSource.initialize();
      return dataSource;
    } catch (error) {
      if (dataSource.isInitialized) await dataSource.destroy();
      const problem = connectionProblem(error);
      if (problem !== undefined) throw new StartError(problem, { cause: error });
      if (!isWorthAnotherTry(error)) throw error;
      const { host, port } = connection;
      logger.warn(
        { host, port, retry_in_ms: pauseMs },
        `database not reachable: ${(error as Error).message}`,
      );
      await delay(pauseMs, undefined, { signal });
      pauseMs = Math.min(pauseMs * 2, LONGEST_RETRY_MS);
    }
  }
}
