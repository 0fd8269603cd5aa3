import { Injectable } from '@nestjs/common';
import type {
  Orchestrator,
  OrchestratorDetail,
  OrchestratorFacets,
  OrchestratorStatus,
  Overview,
  Page,
} from '@moolai/contracts';
import type { OrchestratorFacetsQueryDto, OrchestratorListQueryDto } from '@moolai/dtos';
import type { Scope } from '../../platform/access/scope.js';
import { NotFoundError } from '../../platform/errors/app-error.js';
import type { JsonParts } from '../../platform/http/prepared-answer.js';
import { CredentialsService } from '../credentials/index.js';
import { LiveFleet, LiveList } from '../live-state/index.js';
import { toOrchestrator, toOrchestratorDetail } from './orchestrator.mapper.js';
import { OrchestratorFacetsRepository } from './orchestrator-facets.repository.js';
import { OrchestratorListRepository } from './orchestrator-list.repository.js';
import { OrchestratorsRepository } from './orchestrators.repository.js';

/** Number of an organization's orchestrators in each status. */
export type OrganizationCounts = { organizationId: string } & Record<OrchestratorStatus, number>;

/** Reads orchestrators: rows from the database, current state from memory. */
@Injectable()
export class OrchestratorsService {
  constructor(
    private readonly repository: OrchestratorsRepository,
    private readonly lists: OrchestratorListRepository,
    private readonly facetsRepository: OrchestratorFacetsRepository,
    private readonly liveFleet: LiveFleet,
    private readonly liveList: LiveList,
    private readonly credentials: CredentialsService,
  ) {}

  async list(query: OrchestratorListQueryDto, scope: Scope): Promise<Page<Orchestrator>> {
    const { rows, total } = await this.lists.list(query, this.liveFleet.rowsByStatus(scope), scope);
    const items = rows.map((row) =>
      toOrchestrator(
        row,
        this.liveFleet.find(row.orchestratorId),
        this.liveFleet.statusOf(row.orchestratorId, row.isIndependent),
      ),
    );
    return { items, total, page: query.page, page_size: query.page_size };
  }

  /** Facets of the matching orchestrators. */
  facets(query: OrchestratorFacetsQueryDto, scope: Scope): Promise<OrchestratorFacets> {
    return this.facetsRepository.facets(query, this.liveFleet.rowsByStatus(scope), scope);
  }

  /** @throws NotFoundError */
  async get(orchestratorId: string, scope: Scope): Promise<OrchestratorDetail> {
    const row = await this.repository.find(orchestratorId, scope);
    if (!row) throw new NotFoundError('orchestrator', orchestratorId);
    const derived = this.liveFleet.statusOf(orchestratorId, row.isIndependent);
    const credential = await this.credentials.stateOf(orchestratorId, scope);
    return toOrchestratorDetail(row, this.liveFleet.find(orchestratorId), derived, credential);
  }

  /** All connected orchestrators as JSON, from memory: works while the database is down. */
  live(scope: Scope): JsonParts {
    return this.liveList.json(scope);
  }

  /** Changes with {@link live}. */
  liveTag(scope: Scope): string {
    return this.liveList.tagOf(scope);
  }

  async count(scope: Scope): Promise<Overview['orchestrators']> {
    const { total, independent } = await this.repository.count(scope);
    const { connected, active, error } = this.liveFleet.count(scope);
    const inactive = Math.max(0, total - independent - active - error);
    const expected = this.liveFleet.expectedCount(scope);
    return { total, connected, active, independent, inactive, error, expected };
  }

  /** Number of orchestrators per organization and status, for metrics. */
  async countByOrganization(): Promise<OrganizationCounts[]> {
    const rows = await this.repository.countByOrganization();
    const live = this.liveFleet.countByOrganization();
    return rows.map(({ organizationId, total, independent }) => {
      const { active = 0, error = 0 } = live.get(organizationId) ?? {};
      const inactive = Math.max(0, total - independent - active - error);
      return { organizationId, active, independent, inactive, error };
    });
  }
}
