import { StartError } from '../process/data-dir-lock.js';
import { onlyReads } from './server-identity.js';

const OLDEST = 15;

interface Server {
  version: number;
  encoding: string;
  is_standby: boolean;
  role: string;
  database: string;
  schema: string | null;
  may_create: boolean;
  /** The owner of the tables if the role is not a member; null otherwise. */
  owner: string | null;
  has_trgm: boolean;
  may_have_trgm: boolean;
}

const SERVER = `
  SELECT current_setting('server_version_num')::int / 10000 AS version, pg_is_in_recovery() AS is_standby,
    pg_encoding_to_char(d.encoding) AS encoding, current_user AS role, d.datname AS database, current_schema() AS schema,
    coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS may_create,
    (SELECT pg_get_userbyid(relowner) FROM pg_class
     WHERE oid = to_regclass('migrations') AND NOT pg_has_role(relowner, 'USAGE')) AS owner,
    EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm') AS has_trgm,
    EXISTS (SELECT 1 FROM pg_available_extension_versions v, pg_roles r WHERE v.name = 'pg_trgm'
      AND r.rolname = current_user AND (r.rolsuper OR v.trusted AND has_database_privilege(d.oid, 'CREATE')))
      AS may_have_trgm
  FROM pg_database d WHERE d.datname = current_database()`;

/**
 * Refuses a server, database or role that the controller cannot work with.
 * @throws StartError with the problem and its remedy
 * @throws Error that may be retried, for a standby
 */
export async function checkServer(query: (sql: string) => Promise<unknown>): Promise<void> {
  const [server] = (await query(SERVER)) as [Server];
  if (server.is_standby) throw onlyReads();
  const problem = whatIsWrong(server);
  if (problem !== undefined) throw new StartError(problem);
}

function whatIsWrong(server: Server): string | undefined {
  const { version, encoding, role, database, schema, owner } = server;
  if (version < OLDEST) return `the server is PostgreSQL ${version}: use ${OLDEST} or newer`;
  if (encoding !== 'UTF8') {
    return `the database ${database} is encoded in ${encoding}: make it with ENCODING 'UTF8' TEMPLATE template0`;
  }
  if (schema === null) {
    return `no schema of the search_path of ${role} exists: CREATE SCHEMA, or ALTER ROLE ${role} SET search_path`;
  }
  if (owner !== null)
    return `the tables belong to ${owner}: connect as that role, or GRANT ${owner} TO ${role}`;
  if (!server.may_create) {
    return `${role} may not create tables in the schema ${schema}: GRANT CREATE ON SCHEMA ${schema} TO ${role}`;
  }
  if (server.has_trgm || server.may_have_trgm) return undefined;
  return `${role} may not create the extension pg_trgm: CREATE EXTENSION pg_trgm in ${database} as a superuser`;
}
