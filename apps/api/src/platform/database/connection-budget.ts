import type { Logger } from '../logging/logger.js';
import { StartError } from '../process/data-dir-lock.js';

/** Default pool size if the server allows it. */
export const POOL_SIZE = 20;
/** With fewer connections, one slow request could delay all others. */
const SMALLEST_POOL = 4;
/** Connections outside the pool: the probe, the lock and three listeners. */
const STANDING = 5;
/** Connections of a backup being verified; no other temporary task needs more. */
const PASSING = 5;
/** Connections that the next controller opens while it waits for this one to end. */
const NEXT = 3;
const BESIDES = STANDING + PASSING;

/** Connection limits of a role; null for no limit. */
interface Limits {
  role: string;
  database: string;
  ofRole: number | null;
  ofDatabase: number | null;
  ofServer: number;
}

/** Limits of roles and databases do not apply to superusers, who also have reserved connections. */
const LIMITS = `
  SELECT r.rolname AS role, d.datname AS database,
    CASE WHEN NOT r.rolsuper THEN nullif(r.rolconnlimit, -1) END AS "ofRole",
    CASE WHEN NOT r.rolsuper THEN nullif(d.datconnlimit, -1) END AS "ofDatabase",
    current_setting('max_connections')::int - CASE WHEN r.rolsuper THEN 0 ELSE
      current_setting('superuser_reserved_connections')::int
      + coalesce(current_setting('reserved_connections', true)::int, 0) END AS "ofServer"
  FROM pg_database d, pg_roles r WHERE d.datname = current_database() AND r.rolname = session_user`;

/**
 * Determines the pool size, so that this controller and the next one started beside it stay within the server's limits.
 * @param wanted `DATABASE_POOL_SIZE`; undefined takes as many as fit, up to {@link POOL_SIZE}
 * @throws StartError when the wanted or required number does not fit
 */
export async function choosePoolSize(
  query: (sql: string) => Promise<unknown>,
  wanted: number | undefined,
  logger: Logger,
): Promise<number> {
  const [limits] = (await query(LIMITS)) as [Limits];
  const { limit, cause, remedy } = narrowest(limits);
  const room = limit - BESIDES;
  const size = wanted ?? Math.min(POOL_SIZE, Math.max(room - NEXT, SMALLEST_POOL));
  if (size > room) {
    const needs = `${cause}, and the controller needs ${BESIDES} besides its pool of ${size}`;
    const smaller = room < SMALLEST_POOL ? '' : `set DATABASE_POOL_SIZE to at most ${room}, or `;
    throw new StartError(`${needs}: ${smaller}${remedy(size + BESIDES + NEXT)}`);
  }
  if (size + NEXT > room) {
    logger.warn(`${cause}: a controller that is started beside this one may find none free`);
  } else if (wanted === undefined && size < POOL_SIZE) {
    logger.info(`${cause}: the pool has ${size} of them (DATABASE_POOL_SIZE)`);
  }
  return size;
}

function narrowest({ role, database, ofRole, ofDatabase, ofServer }: Limits): {
  limit: number;
  cause: string;
  remedy: (connections: number) => string;
} {
  const limits = [
    {
      limit: ofRole ?? Infinity,
      cause: `the role ${role} may have ${ofRole} connections`,
      remedy: (connections: number) => `ALTER ROLE ${role} CONNECTION LIMIT ${connections}`,
    },
    {
      limit: ofDatabase ?? Infinity,
      cause: `the database ${database} may have ${ofDatabase} connections`,
      remedy: (connections: number) => `ALTER DATABASE ${database} CONNECTION LIMIT ${connections}`,
    },
    {
      limit: ofServer,
      cause: `the database server gives ${ofServer} connections in all`,
      remedy: (connections: number) => `raise max_connections by ${connections - ofServer}`,
    },
  ];
  return limits.reduce((least, one) => (one.limit < least.limit ? one : least));
}
