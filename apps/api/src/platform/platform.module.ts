import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR } from '@nestjs/core';
import { AccessWatch } from './access/access-watch.js';
import { ByteBudgets } from './batching/byte-budgets.js';
import { Clock, SystemClock } from './clock/clock.js';
import type { Settings } from './config/settings.js';
import { SETTINGS } from './config/settings.token.js';
import { EnvelopeExceptionFilter } from './errors/envelope-exception.filter.js';
import { KeptFiles } from './files/kept-files.js';
import { EnvelopeInterceptor } from './http/envelope.interceptor.js';
import { OriginPolicy } from './http/origin-policy.js';
import { OutageInterceptor } from './http/outage.interceptor.js';
import { RequestDrain } from './http/request-drain.js';
import { LogMetrics } from './logging/log.metrics.js';
import { LOGGER, type Logger } from './logging/logger.js';
import { PreparedLines } from './logging/prepared-lines.js';
import { Metrics } from './metrics/metrics.js';
import { LastWrites } from './process/last-writes.js';
import { ProcessMetrics } from './process/process.metrics.js';
import { loadEncryptionKeys } from './secrets/encryption-keys.js';
import { SecretBox } from './secrets/secret-box.js';
import { ProcessInfo } from './process-info.js';

/** Dependencies available to every feature: settings, logger, clock; and the response envelope. */
@Module({})
export class PlatformModule {
  static with(settings: Settings, logger: Logger): DynamicModule {
    return {
      module: PlatformModule,
      global: true,
      providers: [
        { provide: SETTINGS, useValue: settings },
        { provide: LOGGER, useValue: logger },
        { provide: Clock, useClass: SystemClock },
        { provide: SecretBox, useFactory: () => new SecretBox(loadEncryptionKeys(settings)) },
        { provide: APP_INTERCEPTOR, useClass: EnvelopeInterceptor },
        { provide: APP_INTERCEPTOR, useClass: OutageInterceptor },
        { provide: APP_FILTER, useClass: EnvelopeExceptionFilter },
        PreparedLines,
        ProcessInfo,
        Metrics,
        ByteBudgets,
        ProcessMetrics,
        LogMetrics,
        LastWrites,
        RequestDrain,
        OriginPolicy,
        AccessWatch,
        KeptFiles,
      ],
      exports: [
        SETTINGS,
        LOGGER,
        Clock,
        PreparedLines,
        Metrics,
        ByteBudgets,
        SecretBox,
        ProcessInfo,
        LastWrites,
        RequestDrain,
        OriginPolicy,
        AccessWatch,
        KeptFiles,
      ],
    };
  }
}
