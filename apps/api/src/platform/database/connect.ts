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

/** What a database that is still starting, or does not exist yet, answers with. */
function isWorthAnotherTry(error: unknown): boolean {
  const code = (error as { code?: string }).code;
  // A right that is missing at the start is for the operator to give.
  return code !== '42501' && (isDatabaseUnavailable(error) || code === '3D000');
}

/** Options of {@link connectDatabase}. */
export interface ConnectOptions {
  /** Ends the waiting. */
  signal?: AbortSignal;
  /** False refuses a database that lacks migrations; true, which is the default, migrates it. */
  migrateAtStart?: boolean;
  /** How long another process that migrates is waited for. */
  migrationWaitMs?: number;
  /** Connections of the pool; as many as the server's limits leave when left out. */
  poolSize?: number | undefined;
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
  { signal, migrateAtStart = true, migrationWaitMs, poolSize, takeLock }: ConnectOptions = {},
): Promise<DataSource> {
  let pauseMs = FIRST_RETRY_MS;
  let dataSource: DataSource | undefined;
  connection.rotation?.onRenewed(() => logger.info('the password of the database was read again'));
  for (;;) {
    await connection.finder?.find();
    try {
      await assertSessions(connection);
      await takeLock?.();
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
