import { Module } from '@nestjs/common';
import { CostsReader } from './costs-reader.js';
import { MetricNames } from './metric-names.js';
import { MetricNamesRepository } from './metric-names.repository.js';
import { MetricsRepository } from './metrics.repository.js';
import { MetricsService } from './metrics.service.js';
import { MonitoringController } from './monitoring.controller.js';
import { SampleDays } from './sample-days.js';
import { SampleDaysRepository } from './sample-days.repository.js';
import { UsageMemory } from './usage-memory.js';
import { UsageRepository } from './usage.repository.js';

/** Reported metrics and usage. */
@Module({
  controllers: [MonitoringController],
  providers: [
    MetricsService,
    MetricsRepository,
    MetricNames,
    MetricNamesRepository,
    SampleDays,
    SampleDaysRepository,
    UsageRepository,
    UsageMemory,
    CostsReader,
  ],
  exports: [MetricNames, SampleDaysRepository, UsageMemory],
})
export class MonitoringModule {}
