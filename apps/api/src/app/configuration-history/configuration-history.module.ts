import { Module } from '@nestjs/common';
import { ConfigurationModule } from '../configuration/index.js';
import { ConfigHistoryRepository } from './config-history.repository.js';
import { ConfigHistoryService } from './config-history.service.js';
import { OrchestratorConfigHistoryController } from './orchestrator-config-history.controller.js';
import { OrganizationSettingsHistoryController } from './organization-settings-history.controller.js';

/** Revisions and versions of configurations: list, compare, explain, roll back. */
@Module({
  imports: [ConfigurationModule],
  controllers: [OrchestratorConfigHistoryController, OrganizationSettingsHistoryController],
  providers: [ConfigHistoryService, ConfigHistoryRepository],
  exports: [ConfigHistoryService],
})
export class ConfigurationHistoryModule {}
