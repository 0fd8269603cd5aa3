import { Module } from '@nestjs/common';
import { InstancesModule } from '../instances/index.js';
import { LiveStateModule } from '../live-state/index.js';
import { ConfigAcknowledgement } from './config-acknowledgement.js';
import { ConfigHints } from './config-hints.js';
import { ConfigPushMetrics } from './config-push.metrics.js';
import { ConfigPusher } from './config.pusher.js';
import { ConfigurationStateRepository } from './configuration-state.repository.js';
import { ConfigurationState } from './configuration-state.js';
import { ConfigurationRepository } from './configuration.repository.js';
import { ConfigurationService } from './configuration.service.js';
import { OrchestratorConfigController } from './orchestrator-config.controller.js';
import { OrganizationSettingsController } from './organization-settings.controller.js';

/** Configuration of orchestrators: levels, rules, changes, push and acknowledgement. */
@Module({
  imports: [InstancesModule, LiveStateModule],
  controllers: [OrchestratorConfigController, OrganizationSettingsController],
  providers: [
    ConfigurationService,
    ConfigurationState,
    ConfigAcknowledgement,
    ConfigHints,
    ConfigPusher,
    ConfigPushMetrics,
    ConfigurationRepository,
    ConfigurationStateRepository,
  ],
  exports: [ConfigAcknowledgement, ConfigurationService, ConfigurationState],
})
export class ConfigurationModule {}
