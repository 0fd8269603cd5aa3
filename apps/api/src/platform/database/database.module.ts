import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { DatabaseConnection } from './connection.js';
import { dataSourceOptions } from './data-source.js';
import { DatabaseMetrics } from './database.metrics.js';
import { DatabaseProbe } from './database-probe.js';
import { SchemaProbe } from './schema-probe.js';
import { Transactions } from './transactions.js';

/** Injection token of the {@link DatabaseConnection}, for what needs a connection of its own. */
export const DATABASE_CONNECTION = Symbol('DATABASE_CONNECTION');

/** Hands the connected and migrated data source to the application, which closes it when it ends. */
@Module({})
export class DatabaseModule {
  static forConnected(connection: DatabaseConnection, dataSource: DataSource): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => dataSourceOptions(connection),
          dataSourceFactory: () => Promise.resolve(dataSource),
        }),
      ],
      providers: [
        { provide: DATABASE_CONNECTION, useValue: connection },
        DatabaseProbe,
        DatabaseMetrics,
        SchemaProbe,
        Transactions,
      ],
      exports: [DATABASE_CONNECTION, DatabaseProbe, SchemaProbe, Transactions],
    };
  }
}
