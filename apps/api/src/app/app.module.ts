import { Module, type DynamicModule } from '@nestjs/common';
import type { Settings } from '../platform/config/settings.js';
import type { DatabaseConnection } from '../platform/database/connection.js';
import type { DataSource } from '../platform/database/data-source.js';
import { DatabaseModule } from '../platform/database/database.module.js';
import type { Logger } from '../platform/logging/logger.js';
import { PlatformModule } from '../platform/platform.module.js';
import { RedisModule } from '../platform/redis/redis.module.js';
import { ActivityModule } from './activity/index.js';
import { ApiTokensModule } from './api-tokens/index.js';
import { AuditModule } from './audit/index.js';
import { AuthModule } from './auth/index.js';
import { BackupsModule } from './backups/index.js';
import { CredentialsModule } from './credentials/index.js';
import { EventsModule } from './events/index.js';
import { GatewayModule } from './gateway/index.js';
import { HealthModule } from './health/index.js';
import { IndependenceModule } from './independence/index.js';
import { InstancesModule } from './instances/index.js';
import { MessagesModule } from './messages/index.js';
import { MetricsModule } from './metrics/index.js';
import { MonitoringModule } from './monitoring/index.js';
import { OidcModule } from './oidc/index.js';
import { OrchestratorsModule } from './orchestrators/index.js';
import { OrganizationsModule } from './organizations/index.js';
import { OverviewModule } from './overview/index.js';
import { RetentionModule } from './retention/index.js';
import { UsersModule } from './users/index.js';

/** Parts of the application besides its features. */
export interface AppParts {
  settings: Settings;
  logger: Logger;
  connection: DatabaseConnection;
  /** Connected and migrated; the application closes it at shutdown. */
  dataSource: DataSource;
}

@Module({})
export class AppModule {
  static from({ settings, logger, connection, dataSource }: AppParts): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.with(settings, logger),
        DatabaseModule.forConnected(connection, dataSource),
        RedisModule,
        EventsModule,
        ActivityModule,
        AuditModule,
        AuthModule,
        UsersModule,
        ApiTokensModule,
        OidcModule,
        OrganizationsModule,
        OrchestratorsModule,
        IndependenceModule,
        CredentialsModule,
        MessagesModule,
        MonitoringModule,
        RetentionModule,
        BackupsModule,
        GatewayModule,
        InstancesModule,
        OverviewModule,
        MetricsModule,
        HealthModule,
      ],
    };
  }
}
