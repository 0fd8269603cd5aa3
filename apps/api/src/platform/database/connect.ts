import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { isDatabaseUnavailable } from '../errors/error-translation.js';
import type { Logger } from '../logging/logger.js';
import { StartError } from '../process/data-dir-lock.js';
import { choosePoolSize } from './connection-budget.js';
import { connectionProblem } from './connection-problem.js';
import type { DatabaseConnection } from './connection.js';
import { createDataSource } from './data-source.js';
import { migrate } from './migrate.js';
import { openClient } from './open-client.js';
import { assertSessions } from './session-check.js';

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 10_000;

/** True for a database that is still starting or does not exist yet. */
function isWorthAnotherTry(error: unknown): boolean {
  const code = (error as { code?: string }).code;
  // The operator must grant a right that is missing at start.
  return code !== '42501' && (isDatabaseUnavailable(error) || code === '3D000');
}

/** Options of {@link connectDatabase}. */
export interface ConnectOptions {
  /** Aborts the wait. */
  signal?: AbortSignal;
  /** False refuses a database that lacks migrations; true, the default, migrates it. */
  migrateAtStart?: boolean;
  /** How long to wait for another process that migrates. */
  migrationWaitMs?: number;
  /** Pool size; by default as many as the server's limits allow. */
  poolSize?: number | undefined;
  /** Runs before any other statement: two controllers must not migrate at once. */
  acquireLock?: () => Promise<void>;
}

/**
 * Connects and migrates, waiting with growing pauses for a server that does not answer yet.
 * @throws Error when `signal` is aborted
 * @throws StartError when the server refuses (a wrong password, an untrusted certificate), and when the schema is newer
 * than this code, or older and not to be migrated
 */
export async function connectDatabase(
  connection: DatabaseConnection,
  logger: Logger,
  { signal, migrateAtStart = true, migrationWaitMs, poolSize, acquireLock }: ConnectOptions = {},
): Promise<DataSource> {
  let pauseMs = FIRST_RETRY_MS;
  let dataSource: DataSource | undefined;
  connection.rotation?.onRenewed(() => logger.info('the password of the database was read again'));
  for (;;) {
    await connection.finder?.find();
    try {
      await assertSessions(connection);
      await acquireLock?.();
      const size = await withinLimits(connection, poolSize, logger);
      const applied = await migrate(connection, logger, {
        mode: migrateAtStart ? 'run' : 'check',
        waitMs: migrationWaitMs,
      });
      if (applied.length > 0) logger.info({ applied }, 'migrated the database');
      dataSource = createDataSource(connection, { poolSize: size });
      await dataSource.initialize();
      return dataSource;
    } catch (error) {
      if (dataSource?.isInitialized) await dataSource.destroy();
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

async function withinLimits(
  connection: DatabaseConnection,
  wanted: number | undefined,
  logger: Logger,
): Promise<number> {
  const client = await openClient(connection, { connectionTimeoutMillis: 5_000, query_timeout: 5_000 });
  try {
    return await choosePoolSize(async (sql) => (await client.query<object>(sql)).rows, wanted, logger);
  } finally {
    await client.end();
  }
}
