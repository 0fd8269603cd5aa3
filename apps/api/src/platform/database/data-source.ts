import { DataSource, type DataSourceOptions } from 'typeorm';
import type { DatabaseConnection } from './connection.js';
import { entities } from './entities.js';
import { migrations } from './migrations/index.js';
import { VALUE_TYPES } from './value-types.js';

export type { DataSource } from 'typeorm';

/** Connections that REST, registrations and batches share. */
const POOL_SIZE = 20;
/** So many stay open while nobody asks: what a page of the console needs at once, without signing in to PostgreSQL first. */
const KEPT_CONNECTIONS = 8;
const QUERY_TIMEOUT_MS = 15_000;

/** Whether a query that takes long is given up: one of the application is, maintenance is not. */
export interface DataSourceLimits {
  hasTimeLimit?: boolean;
}

/**
 * The only connection options of this application: the server, the migration test and the OpenAPI
 * generator all use them.
 */
export function dataSourceOptions(
  connection: DatabaseConnection,
  { hasTimeLimit = true }: DataSourceLimits = {},
): DataSourceOptions {
  return {
    type: 'postgres',
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
    poolSize: POOL_SIZE,
    connectTimeoutMS: 1_500,
    extra: {
      keepAlive: true,
      types: VALUE_TYPES,
      min: KEPT_CONNECTIONS,
      ...(hasTimeLimit ? { query_timeout: QUERY_TIMEOUT_MS } : {}),
    },
  };
}

/** Makes a data source that is not connected yet. */
export function createDataSource(connection: DatabaseConnection, limits: DataSourceLimits = {}): DataSource {
  return new DataSource(dataSourceOptions(connection, limits));
}
