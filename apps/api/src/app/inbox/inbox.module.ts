import { Module } from '@nestjs/common';
import { LiveStateModule } from '../live-state/index.js';
import { MonitoringModule } from '../monitoring/index.js';
import { InboxRepository } from './inbox.repository.js';
import { InboxService } from './inbox.service.js';

/** Storing messages from orchestrators. */
@Module({
  imports: [LiveStateModule, MonitoringModule],
  providers: [InboxService, InboxRepository],
  exports: [InboxService],
})
export class InboxModule {}
