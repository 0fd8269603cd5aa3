import type { Logger } from '../logging/logger.js';
import { StartError } from '../process/data-dir-lock.js';

/** An arbitrary constant: the lock of a process that migrates or restores. */
export const MIGRATION_LOCK = 8_765_001;
/** PostgreSQL's error when a lock was not granted within `lock_timeout`. */
const LOCK_TIMEOUT = '55P03';

const HOLDER = `
  SELECT l.pid, coalesce(nullif(a.application_name, ''), 'a session without a name') AS name,
    coalesce(host(a.client_addr), 'the same machine') AS address, a.state
  FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)
  WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = ${MIGRATION_LOCK} AND l.objsubid = 1
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

type Query = (sql: string) => Promise<unknown>;

interface Holder {
  pid: number;
  name: string;
  address: string;
  state: string | null;
}

/**
 * Takes the migration lock in this session; waits for another process that migrates.
 * @throws StartError naming the holder if it still holds the lock after `patienceMs`
 */
export async function acquireMigrationLock(query: Query, logger: Logger, patienceMs: number): Promise<void> {
  const [turn] = (await query(`SELECT pg_try_advisory_lock(${MIGRATION_LOCK}) AS mine`)) as {
    mine: boolean;
  }[];
  if (turn?.mine) return;
  logger.info(
    `another process migrates the database: ${await describe(query)}; waiting up to ${patienceMs / 1_000} s for it`,
  );
  try {
    await query(`SET lock_timeout = ${Math.ceil(patienceMs)}`);
    await query(`SELECT pg_advisory_lock(${MIGRATION_LOCK})`);
    await query('SET lock_timeout = 0');
  } catch (error) {
    if ((error as { code?: string }).code !== LOCK_TIMEOUT) throw error;
    throw new StartError(
      `another process has held the migration lock for more than ${patienceMs / 1_000} s: ${await describe(query)}; ` +
        'wait for its end, or end its session with pg_terminate_backend; MIGRATION_WAIT_SEC says how long a start waits',
    );
  }
}

async function describe(query: Query): Promise<string> {
  const [holder] = (await query(HOLDER)) as [Holder?];
  if (!holder) return 'its session has just ended';
  const { name, address, pid, state } = holder;
  return `${name} at ${address} (PostgreSQL process ${pid}, ${state ?? 'unknown'})`;
}
