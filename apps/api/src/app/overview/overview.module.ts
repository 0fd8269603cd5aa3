import { Module } from '@nestjs/common';
import { LiveStateModule } from '../live-state/index.js';
import { MessagesModule } from '../messages/index.js';
import { OrchestratorsModule } from '../orchestrators/index.js';
import { OrganizationsModule } from '../organizations/index.js';
import { OverviewController } from './overview.controller.js';
import { OverviewService } from './overview.service.js';

/** The dashboard's counters. */
@Module({
  imports: [OrganizationsModule, OrchestratorsModule, MessagesModule, LiveStateModule],
  controllers: [OverviewController],
  providers: [OverviewService],
})
export class OverviewModule {}
