import { Module } from '@nestjs/common';
import { LiveStateModule } from '../live-state/index.js';
import { ConfigurationModule } from '../configuration/index.js';
import { CredentialsModule } from '../credentials/index.js';
import { MessagesModule } from '../messages/index.js';
import { OrchestratorFacetsRepository } from './orchestrator-facets.repository.js';
import { OrchestratorListRepository } from './orchestrator-list.repository.js';
import { OrchestratorsAdminController } from './orchestrators-admin.controller.js';
import { OrchestratorsAdminService } from './orchestrators-admin.service.js';
import { OrchestratorsController } from './orchestrators.controller.js';
import { OrchestratorsRepository } from './orchestrators.repository.js';
import { OrchestratorSecrets } from './orchestrator-secrets.js';
import { OrchestratorSecretsRepository } from './orchestrator-secrets.repository.js';
import { OrchestratorsService } from './orchestrators.service.js';
import { SecretsResealer } from './secrets.resealer.js';

/** The fleet, for administrators. */
@Module({
  imports: [LiveStateModule, ConfigurationModule, CredentialsModule, MessagesModule],
  controllers: [OrchestratorsController, OrchestratorsAdminController],
  providers: [
    OrchestratorsService,
    OrchestratorsAdminService,
    OrchestratorsRepository,
    OrchestratorListRepository,
    OrchestratorFacetsRepository,
    OrchestratorSecrets,
    OrchestratorSecretsRepository,
    SecretsResealer,
  ],
  exports: [OrchestratorsService],
})
export class OrchestratorsModule {}
