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

/** So many stay open while nobody asks: what a page of the console needs at once, without signing in to PostgreSQL first. */
const KEPT_CONNECTIONS = 8;
/** Long enough for a server, and an event loop, that hundreds of requests keep busy. */
const CONNECT_TIMEOUT_MS = 5_000;
/** After this the server gives a statement up, for a lock that is not let go for example: it has changed nothing then. */
const STATEMENT_TIMEOUT_MS = 14_000;
/** After this a server that says nothing is given up. Later than the server's own limit, which is the better answer. */
const QUERY_TIMEOUT_MS = 16_000;
/** A transaction whose controller is silently gone holds its locks no longer than this. */
const IDLE_TRANSACTION_TIMEOUT_MS = 60_000;

/** What a data source may take of the server. */
export interface DataSourceLimits {
  /** Whether a query that takes long is given up: one of the application is, maintenance is not. */
  hasTimeLimit?: boolean;
  /** Connections that REST, registrations and batches share. */
  poolSize?: number;
}

/**
 * The only connection options of this application: the server, the migration test and the OpenAPI
 * generator all use them.
 */
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
    // gen_random_uuid(), which every supported server has built in.
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    poolSize,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    extra: {
      keepAlive: true,
      types: VALUE_TYPES,
      // Also where it is false: the driver would look into PGSSLMODE for what is missing.
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

/** By statements, not as parameters of the connection, which a pooler between would refuse. */
async function limitTimes(client: pg.PoolClient, finder: PrimaryFinder | undefined): Promise<void> {
  await pinSession(client);
  await client.query(
    `SET statement_timeout = ${STATEMENT_TIMEOUT_MS};
     SET idle_in_transaction_session_timeout = ${IDLE_TRANSACTION_TIMEOUT_MS}`,
  );
  await bindToServer(client, finder);
}

/** A client that connects to where the database is at that moment; the pool knows only where it was at first. */
function clientOf(connection: DatabaseConnection): typeof pg.Client {
  return class extends pg.Client {
    constructor(config: pg.ClientConfig) {
      // The pool keeps the password where a copy would not have it.
      super({ ...config, password: config.password, host: connection.host, port: connection.port });
    }
  };
}

/** Makes a data source that is not connected yet. */
export function createDataSource(connection: DatabaseConnection, limits: DataSourceLimits = {}): DataSource {
  return new DataSource(dataSourceOptions(connection, limits));
}
