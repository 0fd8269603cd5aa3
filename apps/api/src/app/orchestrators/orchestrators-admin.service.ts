import { Injectable } from '@nestjs/common';
import {
  DEFAULT_ORGANIZATION_ID,
  type AuditAction,
  type ChangeOrchestratorRequest,
  type CreateOrchestratorRequest,
  type OrchestratorDetail,
} from '@moolai/contracts';
import type { Actor } from '../../platform/access/principal.js';
import { Transactions, type Transaction } from '../../platform/database/transactions.js';
import { AppError, NotFoundError } from '../../platform/errors/app-error.js';
import { AuditTrail, type AuditedChange } from '../audit/index.js';
import { ConfigurationService, NO_OWN_CONFIG } from '../configuration/index.js';
import { FleetEvents, type PlainEventType } from '../events/index.js';
import { MessagesService } from '../messages/index.js';
import type { OrchestratorEntity } from './orchestrator.entity.js';
import { OrchestratorSecrets } from './orchestrator-secrets.js';
import { OrchestratorsRepository } from './orchestrators.repository.js';
import { OrchestratorsService } from './orchestrators.service.js';

/** Administration of orchestrators: creates, describes and decommissions them. */
@Injectable()
export class OrchestratorsAdminService {
  constructor(
    private readonly orchestrators: OrchestratorsService,
    private readonly repository: OrchestratorsRepository,
    private readonly configuration: ConfigurationService,
    private readonly messages: MessagesService,
    private readonly events: FleetEvents,
    private readonly audit: AuditTrail,
    private readonly transactions: Transactions,
    private readonly secrets: OrchestratorSecrets,
  ) {}

  /**
   * Creates an orchestrator before it registers.
   * @throws NotFoundError for an unknown organization
   * @throws AppError `conflict` if the id exists
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
    const attribution = { actor };
    const isNew = await this.configuration.createOrchestrator(
      orchestratorId,
      organizationId,
      own,
      attribution,
      async (tx) => {
        const sealed = this.secrets.seal(orchestratorId, request);
        const row = await this.repository.describe(tx, orchestratorId, sealed, actor.scope);
        const after = { ...request, organization_id: organizationId, is_independent: row?.isIndependent };
        await this.record(tx, 'orchestrator.created', orchestratorId, organizationId, { actor, after });
      },
    );
    if (!isNew) throw new AppError('conflict', `There is an orchestrator "${orchestratorId}" already.`);
    this.publish('orchestrator.created', orchestratorId, organizationId, actor, 'was created');
    return this.orchestrators.get(orchestratorId, actor.scope);
  }

  /** @throws NotFoundError */
  async change(
    orchestratorId: string,
    request: ChangeOrchestratorRequest,
    actor: Actor,
  ): Promise<OrchestratorDetail> {
    await this.transactions.run(async (tx) => {
      const sealed = this.secrets.seal(orchestratorId, request);
      const row = await this.repository.describe(tx, orchestratorId, sealed, actor.scope);
      if (!row) throw new NotFoundError('orchestrator', orchestratorId);
      const before = this.described(row);
      const states = { actor, before, after: { ...before, ...request } };
      await this.record(tx, 'orchestrator.changed', orchestratorId, row.organizationId, states);
    });
    const detail = await this.orchestrators.get(orchestratorId, actor.scope);
    this.publish('orchestrator.changed', orchestratorId, detail.organization_id, actor, 'was changed');
    return detail;
  }

  /**
   * Decommissions an orchestrator: closes its connection and settles its open messages. Its history stays; if the id
   * registers again, it is a new orchestrator.
   * @throws NotFoundError
   */
  async remove(orchestratorId: string, actor: Actor): Promise<OrchestratorDetail> {
    const detail = await this.orchestrators.get(orchestratorId, actor.scope);
    await this.transactions.run(async (tx) => {
      // The database announces the deletion; the instance with the connection closes it.
      const row = await this.repository.remove(tx, orchestratorId, actor.scope);
      if (!row) throw new NotFoundError('orchestrator', orchestratorId);
      await this.messages.cancelAll(tx, orchestratorId);
      const before = { ...this.described(row), organization_id: row.organizationId };
      await this.record(tx, 'orchestrator.deleted', orchestratorId, row.organizationId, { actor, before });
    });
    this.publish('orchestrator.deleted', orchestratorId, detail.organization_id, actor, 'was decommissioned');
    return detail;
  }

  private record(
    tx: Transaction,
    action: AuditAction,
    orchestratorId: string,
    organizationId: string,
    states: Pick<AuditedChange, 'actor' | 'before' | 'after'>,
  ): Promise<void> {
    const target = { type: 'orchestrator' as const, id: orchestratorId };
    return this.audit.record({ action, organizationId, target, ...states }, tx);
  }

  private publish(
    type: PlainEventType,
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

  /** The fields that {@link change} may change. The audit log compares secrets, and masks them. */
  private described(row: OrchestratorEntity): Required<ChangeOrchestratorRequest> {
    return {
      name: row.name,
      labels: row.labels,
      internal_url: row.internalUrl,
      container_id: row.containerId,
      image_name: row.imageName,
      admin_email: row.adminEmail,
      support_email: row.supportEmail,
      website: row.website,
      ...this.secrets.open(row.orchestratorId, row),
    };
  }
}
