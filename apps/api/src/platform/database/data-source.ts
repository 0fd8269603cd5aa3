import { DataSource, type DataSourceOptions } from 'typeorm';
import type { DatabaseConnection } from './connection.js';
import { entities } from './entities.js';
import { migrations } from './migrations/index.js';

export type { DataSource } from 'typeorm';

/** Connections that REST, registrations and batches share. */
const POOL_SIZE = 20;

/**
 * The only connection options of this application: the server, the migration test and the OpenAPI
 * generator all use them.
 */
export function dataSourceOptions(connection: DatabaseConnection): DataSourceOptions {
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
    extra: { query_timeout: 15_000, keepAlive: true },
  };
}

/** Makes a data source that is not connected yet. */
export function createDataSource(connection: DatabaseConnection): DataSource {
  return new DataSource(dataSourceOptions(connection));
}
