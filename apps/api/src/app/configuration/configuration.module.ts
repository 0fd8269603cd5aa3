import { Module } from '@nestjs/common';
import { LiveStateModule } from '../live-state/index.js';
import { ConfigHistoryRepository } from './config-history.repository.js';
import { ConfigHistoryService } from './config-history.service.js';
import { ConfigPushMetrics } from './config-push.metrics.js';
import { ConfigPusher } from './config.pusher.js';
import { ConfigurationRepository } from './configuration.repository.js';
import { ConfigurationService } from './configuration.service.js';
import { ControllerConfigController } from './controller-config.controller.js';
import { ControllerConfigFile } from './controller-config.file.js';
import { ControllerConfigRepository } from './controller-config.repository.js';
import { ControllerConfigService } from './controller-config.service.js';
import { OrchestratorConfigController } from './orchestrator-config.controller.js';
import { OrganizationSettingsController } from './organization-settings.controller.js';

/** The configuration of the fleet: levels, history, push, and its document on disk. */
@Module({
  imports: [LiveStateModule],
  controllers: [OrchestratorConfigController, OrganizationSettingsController, ControllerConfigController],
  providers: [
    ConfigurationService,
    ConfigHistoryService,
    ControllerConfigService,
    ControllerConfigFile,
    ConfigPusher,
    ConfigPushMetrics,
    ConfigurationRepository,
    ConfigHistoryRepository,
    ControllerConfigRepository,
  ],
  exports: [ConfigurationService, ControllerConfigFile],
})
export class ConfigurationModule {}
