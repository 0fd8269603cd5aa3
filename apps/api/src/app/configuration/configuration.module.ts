import { Module } from '@nestjs/common';
import { LiveStateModule } from '../live-state/index.js';
import { ConfigPushMetrics } from './config-push.metrics.js';
import { ConfigPusher } from './config.pusher.js';
import { ConfigurationStateRepository } from './configuration-state.repository.js';
import { ConfigurationState } from './configuration-state.js';
import { ConfigurationRepository } from './configuration.repository.js';
import { ConfigurationService } from './configuration.service.js';
import { OrchestratorConfigController } from './orchestrator-config.controller.js';
import { OrganizationSettingsController } from './organization-settings.controller.js';

/** The configuration of orchestrators: its levels, their rules, changes, and the push to connections. */
@Module({
  imports: [LiveStateModule],
  controllers: [OrchestratorConfigController, OrganizationSettingsController],
  providers: [
    ConfigurationService,
    ConfigurationState,
    ConfigPusher,
    ConfigPushMetrics,
    ConfigurationRepository,
    ConfigurationStateRepository,
  ],
  exports: [ConfigurationService, ConfigurationState],
})
export class ConfigurationModule {}
