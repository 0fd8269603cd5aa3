import { Module } from '@nestjs/common';
import { MetricNamesRepository } from './metric-names.repository.js';
import { MetricsRepository } from './metrics.repository.js';
import { MetricsService } from './metrics.service.js';
import { MonitoringController } from './monitoring.controller.js';
import { SampleDaysRepository } from './sample-days.repository.js';
import { UsageRepository } from './usage.repository.js';

/** What orchestrators report of themselves, over time. */
@Module({
  controllers: [MonitoringController],
  providers: [
    MetricsService,
    MetricsRepository,
    MetricNamesRepository,
    SampleDaysRepository,
    UsageRepository,
  ],
  exports: [MetricNamesRepository, SampleDaysRepository],
})
export class MonitoringModule {}
