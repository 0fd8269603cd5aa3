import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { DATABASE_CONNECTION, type DatabaseConnection } from './connection.js';
import { dataSourceOptions } from './data-source.js';
import { DatabaseMetrics } from './database.metrics.js';
import { DatabaseProbe } from './database-probe.js';
import { DatabaseWatch } from './database-watch.js';
import { FleetIdentity } from './fleet-identity.js';
import { Listening } from './listening.js';
import { SchemaProbe } from './schema-probe.js';
import { SequenceMetrics } from './sequence.metrics.js';
import { Transactions } from './transactions.js';
import { IdWidening } from './widening/id-widening.js';

export { DATABASE_CONNECTION } from './connection.js';

/** Provides the connected and migrated data source, and closes it at shutdown. */
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
        DatabaseWatch,
        FleetIdentity,
        SequenceMetrics,
        IdWidening,
        Listening,
        SchemaProbe,
        Transactions,
      ],
      exports: [DATABASE_CONNECTION, DatabaseProbe, FleetIdentity, Listening, SchemaProbe, Transactions],
    };
  }
}
