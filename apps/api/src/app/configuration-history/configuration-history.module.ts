import { Module } from '@nestjs/common';
import { ConfigurationModule } from '../configuration/index.js';
import { ConfigHistoryRepository } from './config-history.repository.js';
import { ConfigHistoryService } from './config-history.service.js';
import { OrchestratorConfigHistoryController } from './orchestrator-config-history.controller.js';
import { OrganizationSettingsHistoryController } from './organization-settings-history.controller.js';

/** History of configurations: lists, compares and explains versions, and rolls back. */
@Module({
  imports: [ConfigurationModule],
  controllers: [OrchestratorConfigHistoryController, OrganizationSettingsHistoryController],
  providers: [ConfigHistoryService, ConfigHistoryRepository],
  exports: [ConfigHistoryService],
})
export class ConfigurationHistoryModule {}
