import { Module } from '@nestjs/common';
import { EventsModule } from '../events/index.js';
import { MessagesModule } from '../messages/index.js';
import { OrchestratorsModule } from '../orchestrators/index.js';
import { FleetMetrics } from './fleet.metrics.js';
import { MetricsAccess } from './metrics-access.js';
import { MetricsController } from './metrics.controller.js';

/** The metrics route, and metrics that need several features. Each feature defines its own. */
@Module({
  imports: [EventsModule, MessagesModule, OrchestratorsModule],
  controllers: [MetricsController],
  providers: [FleetMetrics, MetricsAccess],
})
export class MetricsModule {}
