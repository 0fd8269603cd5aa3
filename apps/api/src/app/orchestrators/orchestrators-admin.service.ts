import { Injectable } from '@nestjs/common';
import {
  DEFAULT_ORGANIZATION_ID,
  type ChangeOrchestratorRequest,
  type CreateOrchestratorRequest,
  type OrchestratorDetail,
} from '@moolai/contracts';
import type { Actor } from '../../platform/access/principal.js';
import { AppError, NotFoundError } from '../../platform/errors/app-error.js';
import { ConfigurationService, NO_OWN_CONFIG } from '../configuration/index.js';
import { FleetEvents, type Happening } from '../events/index.js';
import { MessagesService } from '../messages/index.js';
import { OrchestratorsRepository } from './orchestrators.repository.js';
import { OrchestratorsService } from './orchestrators.service.js';

/** Orchestrators as administrators change them: known before they register, described, decommissioned. */
@Injectable()
export class OrchestratorsAdminService {
  constructor(
    private readonly orchestrators: OrchestratorsService,
    private readonly repository: OrchestratorsRepository,
    private readonly configuration: ConfigurationService,
    private readonly messages: MessagesService,
    private readonly events: FleetEvents,
  ) {}

  /**
   * Makes an orchestrator known before it registers.
   * @throws NotFoundError for an unknown organization
   * @throws AppError `conflict` when there is one with that id
   */
  async create(request: CreateOrchestratorRequest, actor: Actor): Promise<OrchestratorDetail> {
    const { orchestrator_id: orchestratorId, organization_id: organizationId = DEFAULT_ORGANIZATION_ID } =
      request;
    const own = {
      features: request.features ?? NO_OWN_CONFIG.features,
      session_config: request.session_config ?? NO_OWN_CONFIG.session_config,
      privacy_mode: request.privacy_mode ?? null,
      monitoring_enabled: request.monitoring_enabled ?? null,
      phoenix_endpoint: request.phoenix_endpoint ?? null,
    };
    const isNew = await this.configuration.createOrchestrator(orchestratorId, organizationId, own, { actor });
    if (!isNew) throw new AppError('conflict', `There is an orchestrator "${orchestratorId}" already.`);
    await this.repository.describe(orchestratorId, request, actor.scope);
    this.tell('orchestrator.created', orchestratorId, organizationId, actor, 'was created');
    return this.orchestrators.get(orchestratorId, actor.scope);
  }

  /** @throws NotFoundError */
  async change(
    orchestratorId: string,
    request: ChangeOrchestratorRequest,
    actor: Actor,
  ): Promise<OrchestratorDetail> {
    if (!(await this.repository.describe(orchestratorId, request, actor.scope))) {
      throw new NotFoundError('orchestrator', orchestratorId);
    }
    const detail = await this.orchestrators.get(orchestratorId, actor.scope);
    this.tell('orchestrator.changed', orchestratorId, detail.organization_id, actor, 'was changed');
    return detail;
  }

  /**
   * Decommissions an orchestrator: its connection is closed, what waits for it is cancelled. Its history
   * stays; when it registers again, it is a new one.
   * @throws NotFoundError
   */
  async remove(orchestratorId: string, actor: Actor): Promise<OrchestratorDetail> {
    const detail = await this.orchestrators.get(orchestratorId, actor.scope);
    // The database announces the deletion; whichever instance has the connection closes it.
    if (!(await this.repository.remove(orchestratorId, actor.scope)))
      throw new NotFoundError('orchestrator', orchestratorId);
    await this.messages.cancelAll(orchestratorId);
    this.tell('orchestrator.deleted', orchestratorId, detail.organization_id, actor, 'was decommissioned');
    return detail;
  }

  private tell(
    type: Happening['type'],
    orchestratorId: string,
    organizationId: string,
    actor: Actor,
    what: string,
  ): void {
    this.events.publish({
      type,
      organizationId,
      orchestratorId,
      actor: actor.name,
      summary: `${orchestratorId} ${what}.`,
    });
  }
}
