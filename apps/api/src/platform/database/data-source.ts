import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { DatabaseConnection } from './connection.js';
import { POOL_SIZE } from './connection-budget.js';
import { ControllerPool } from './controller-pool.js';
import { entities } from './entities.js';
import type { PrimaryFinder } from './primary-finder.js';
import { migrations } from './migrations/index.js';
import { bindToServer } from './server-identity.js';
import { pinSession } from './session.js';
import { VALUE_TYPES } from './value-types.js';

export type { DataSource } from 'typeorm';

/** Number of idle connections to keep: enough for one page of the console without a new login. */
const KEPT_CONNECTIONS = 8;
/** Long enough for a server and an event loop busy with hundreds of requests. */
const CONNECT_TIMEOUT_MS = 5_000;
/** The server aborts a statement after this time, for example when it waits for a lock. Nothing was changed then. */
const STATEMENT_TIMEOUT_MS = 14_000;
/**
 * The controller gives up a silent server after this time. Longer than the server's own limit, whose error is more
 * precise.
 */
const QUERY_TIMEOUT_MS = 16_000;
/** Limits how long a transaction of a vanished controller holds its locks. */
const IDLE_TRANSACTION_TIMEOUT_MS = 60_000;

/** Limits of a data source. */
export interface DataSourceLimits {
  /** Whether slow queries are aborted: true for the application, false for maintenance. */
  hasTimeLimit?: boolean;
  /** Pool size for REST, registrations and batches. */
  poolSize?: number;
}

/** The connection options of the server, the migration test and the OpenAPI generator. */
export function dataSourceOptions(
  connection: DatabaseConnection,
  { hasTimeLimit = true, poolSize = POOL_SIZE }: DataSourceLimits = {},
): DataSourceOptions {
  return {
    type: 'postgres',
    driver: { ...pg, Pool: ControllerPool },
    host: connection.host,
    port: connection.port,
    username: connection.user,
    password: connection.password,
    database: connection.database,
    applicationName: 'moolai-controller',
    entities,
    migrations,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'all',
    synchronize: false,
    // gen_random_uuid(), which all supported servers have built in.
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    poolSize,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    extra: {
      keepAlive: true,
      types: VALUE_TYPES,
      // Explicitly false, because the driver would otherwise read PGSSLMODE.
      ssl: connection.ssl ?? false,
      rotation: connection.rotation,
      min: Math.min(KEPT_CONNECTIONS, poolSize),
      finder: connection.finder,
      Client: clientOf(connection),
      onConnect: hasTimeLimit ? (client: pg.PoolClient) => limitTimes(client, connection.finder) : pinSession,
      ...(hasTimeLimit ? { query_timeout: QUERY_TIMEOUT_MS } : {}),
    },
  };
}

/** Uses statements instead of connection parameters, which a pooler would refuse. */
async function limitTimes(client: pg.PoolClient, finder: PrimaryFinder | undefined): Promise<void> {
  await pinSession(client);
  await client.query(
    `SET statement_timeout = ${STATEMENT_TIMEOUT_MS};
     SET idle_in_transaction_session_timeout = ${IDLE_TRANSACTION_TIMEOUT_MS}`,
  );
  await bindToServer(client, finder);
}

/** A client that connects to the database's current address; the pool only knows the initial one. */
function clientOf(connection: DatabaseConnection): typeof pg.Client {
  return class extends pg.Client {
    constructor(config: pg.ClientConfig) {
      // The pool defines the password as non-enumerable, so the spread does not copy it.
      super({ ...config, password: config.password, host: connection.host, port: connection.port });
    }
  };
}

/** Creates a data source without connecting it. */
export function createDataSource(connection: DatabaseConnection, limits: DataSourceLimits = {}): DataSource {
  return new DataSource(dataSourceOptions(connection, limits));
}
