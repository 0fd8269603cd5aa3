import { Injectable } from '@nestjs/common';
import {
  CLOSE_CODES,
  type ChangeOrganizationRequest,
  type CreateOrganizationRequest,
  type Organization,
  type Overview,
  type Page,
} from '@moolai/contracts';
import type { OrganizationListQueryDto } from '@moolai/dtos';
import type { Actor } from '../../platform/access/principal.js';
import type { Scope } from '../../platform/access/scope.js';
import { Transactions } from '../../platform/database/transactions.js';
import { AppError, NotFoundError } from '../../platform/errors/app-error.js';
import { AuditTrail } from '../audit/index.js';
import { ConfigurationService } from '../configuration/index.js';
import { FleetEvents } from '../events/index.js';
import { LiveFleet } from '../live-state/index.js';
import { toOrganization } from './organization.mapper.js';
import type { OrganizationEntity } from './organization.entity.js';
import { OrganizationsRepository } from './organizations.repository.js';

/** Reads, creates, changes and deactivates organizations. */
@Injectable()
export class OrganizationsService {
  constructor(
    private readonly repository: OrganizationsRepository,
    private readonly configuration: ConfigurationService,
    private readonly liveFleet: LiveFleet,
    private readonly events: FleetEvents,
    private readonly audit: AuditTrail,
    private readonly transactions: Transactions,
  ) {}

  async list(query: OrganizationListQueryDto, scope: Scope): Promise<Page<Organization>> {
    const { rows, total } = await this.repository.list(query, scope);
    return { items: rows.map(toOrganization), total, page: query.page, page_size: query.page_size };
  }

  /** @throws NotFoundError */
  async get(organizationId: string, scope: Scope): Promise<Organization> {
    const row = await this.repository.find(organizationId, scope);
    if (!row) throw new NotFoundError('organization', organizationId);
    return toOrganization(row);
  }

  /** @throws AppError `conflict` if the id exists */
  async create(request: CreateOrganizationRequest, actor: Actor): Promise<Organization> {
    const { organization_id: organizationId, settings } = request;
    await this.transactions.run(async (tx) => {
      if (!(await this.repository.create(tx, request, actor.name))) {
        throw new AppError('conflict', `There is an organization "${organizationId}" already.`);
      }
      const target = { type: 'organization' as const, id: organizationId };
      const after = { ...request, settings: undefined };
      await this.audit.record({ actor, action: 'organization.created', organizationId, target, after }, tx);
    });
    if (settings) await this.configuration.changeSettings(organizationId, settings, { actor });
    const summary = `Organization ${organizationId} was created.`;
    this.events.publish({ type: 'organization.created', organizationId, actor: actor.name, summary });
    return this.get(organizationId, actor.scope);
  }

  /** @throws NotFoundError */
  async change(
    organizationId: string,
    request: ChangeOrganizationRequest,
    actor: Actor,
  ): Promise<Organization> {
    await this.transactions.run(async (tx) => {
      const row = await this.repository.change(tx, organizationId, request, actor.scope);
      if (!row) throw new NotFoundError('organization', organizationId);
      if (request.is_active === true && !row.isActive && actor.scope !== null) {
        throw new AppError('forbidden', 'Only a superadmin can reactivate an organization.');
      }
      const action = request.is_active === false ? 'organization.deactivated' : 'organization.changed';
      const target = { type: 'organization' as const, id: organizationId };
      const before = described(row);
      const after = { ...before, ...request };
      await this.audit.record({ actor, action, organizationId, target, before, after }, tx);
    });
    if (request.is_active === false) return this.leave(organizationId, actor);
    const summary = `Organization ${organizationId} was changed.`;
    this.events.publish({ type: 'organization.changed', organizationId, actor: actor.name, summary });
    return this.get(organizationId, actor.scope);
  }

  /**
   * Deactivates an organization: closes its connections, and refuses registrations.
   * @throws NotFoundError
   */
  async deactivate(organizationId: string, actor: Actor): Promise<Organization> {
    return this.change(organizationId, { is_active: false }, actor);
  }

  /** Those of these ids that do not exist within the scope. */
  async unknownOf(organizationIds: string[], scope: Scope): Promise<string[]> {
    const known = new Set(await this.repository.existing(organizationIds, scope));
    return organizationIds.filter((id) => !known.has(id));
  }

  count(scope: Scope): Promise<Overview['organizations']> {
    return this.repository.count(scope);
  }

  private async leave(organizationId: string, actor: Actor): Promise<Organization> {
    for (const entry of this.liveFleet.all()) {
      if (entry.organizationId !== organizationId || !entry.isConnected) continue;
      entry.link.close(CLOSE_CODES.registrationRefused, 'the organization was deactivated');
    }
    const summary = `Organization ${organizationId} was deactivated.`;
    this.events.publish({ type: 'organization.deactivated', organizationId, actor: actor.name, summary });
    return this.get(organizationId, actor.scope);
  }
}

/** The fields that {@link OrganizationsService.change} may change. */
function described(row: OrganizationEntity): Required<ChangeOrganizationRequest> {
  const { name, adminEmail, supportEmail, website, isActive } = row;
  return { name, admin_email: adminEmail, support_email: supportEmail, website, is_active: isActive };
}
