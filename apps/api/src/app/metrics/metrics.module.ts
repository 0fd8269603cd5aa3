import { Module } from '@nestjs/common';
import { EventsModule } from '../events/index.js';
import { MessagesModule } from '../messages/index.js';
import { OrchestratorsModule } from '../orchestrators/index.js';
import { FleetMetrics } from './fleet.metrics.js';
import { MetricsAccess } from './metrics-access.js';
import { MetricsController } from './metrics.controller.js';

/** Figures for Prometheus. Each feature has its own; this one has those that need several, and the route. */
@Module({
  imports: [EventsModule, MessagesModule, OrchestratorsModule],
  controllers: [MetricsController],
  providers: [FleetMetrics, MetricsAccess],
})
export class MetricsModule {}
