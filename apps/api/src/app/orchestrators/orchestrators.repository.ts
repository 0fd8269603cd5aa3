import { Injectable } from '@nestjs/common';
import type { OrchestratorDescription } from '@moolai/contracts';
import type { OrchestratorFacetsQueryDto, OrchestratorListQueryDto } from '@moolai/dtos';
import { DataSource, type SelectQueryBuilder } from 'typeorm';
import { inScope, type Scope } from '../../platform/access/scope.js';
import {
  containsPattern,
  countRows,
  restrict,
  sortBy,
  withinScope,
} from '../../platform/database/list-sql.js';
import type { Transaction } from '../../platform/database/transactions.js';
import { OrchestratorEntity } from './orchestrator.entity.js';

/** Who has which status in memory (everyone else is inactive, unless the row's flag is on), and who is connected. */
export interface LiveIds {
  active: string[];
  error: string[];
  connectedIds: string[];
}

/** What became of the configuration that an orchestrator `o` should have; as the mapper says it. */
export const CONFIG_STATUS_SQL = `CASE
  WHEN o.config_ack_version = o.config_version AND o.config_ack_status IS NOT NULL THEN o.config_ack_status
  WHEN o.reported_config_version = o.config_version THEN 'applied' ELSE 'pending' END`;

/** Of what triggers count with each change. */
const TOTALS = `coalesce(sum(count), 0)::int AS total,
  coalesce(sum(count) FILTER (WHERE is_independent), 0)::int AS independent`;

type Builder = SelectQueryBuilder<OrchestratorEntity>;

/** Thousands of ids as one text: the driver looks at each element of an array. None of them has a comma. */
const among = (parameter: string): string => `o.orchestratorId = ANY(string_to_array(:${parameter}, ','))`;

/** The status lives in memory, so a filter on it is a filter on ids: exact, and paged by the database. */
function filterByStatus(builder: Builder, status: OrchestratorListQueryDto['status'], ids: LiveIds): void {
  if (status === undefined) return;
  if (status === 'independent') {
    builder.andWhere('o.isIndependent');
  } else if (status === 'inactive') {
    builder.andWhere(`NOT o.isIndependent AND NOT (${among('alive')})`, {
      alive: [...ids.active, ...ids.error].join(','),
    });
  } else {
    builder.andWhere(among('ids'), { ids: ids[status].join(',') });
  }
}

function filterByLabel(builder: Builder, label: string | undefined): void {
  if (label === undefined) return;
  const separator = label.indexOf('=');
  if (separator < 0) {
    builder.andWhere('jsonb_exists(o.labels, :label)', { label });
  } else {
    const pair = { [label.slice(0, separator)]: label.slice(separator + 1) };
    builder.andWhere('o.labels @> :label::jsonb', { label: JSON.stringify(pair) });
  }
}

function filterByConnection(builder: Builder, isConnected: boolean | undefined, ids: string[]): void {
  if (isConnected === undefined) return;
  builder.andWhere(`${isConnected ? '' : 'NOT '}(${among('connectedIds')})`, { connectedIds: ids.join(',') });
}

/** Narrows a statement on orchestrators `o` down to those that match. */
export function filterOrchestrators(builder: Builder, query: OrchestratorFacetsQueryDto, ids: LiveIds): void {
  if (query.organization_id !== undefined) {
    builder.andWhere('o.organizationId = :organizationId', { organizationId: query.organization_id });
  }
  if (query.search) {
    builder.andWhere('(o.orchestratorId ILIKE :search OR o.name ILIKE :search)', {
      search: containsPattern(query.search),
    });
  }
  if (query.version !== undefined) builder.andWhere('o.version = :version', { version: query.version });
  if (query.config_status !== undefined) {
    builder.andWhere(`${CONFIG_STATUS_SQL} = :configStatus`, { configStatus: query.config_status });
  }
  if (query.quarantined !== undefined) {
    builder.andWhere(`o.quarantinedAt IS ${query.quarantined ? 'NOT ' : ''}NULL`);
  }
  filterByStatus(builder, query.status, ids);
  filterByLabel(builder, query.label);
  filterByConnection(builder, query.connected, ids.connectedIds);
}

/** True when a row has to be looked at to say whether it counts, beside its organization and its status. */
function isFiltered(query: OrchestratorFacetsQueryDto): boolean {
  const { search, label, version, config_status, quarantined, connected } = query;
  return (
    Boolean(search) ||
    [label, version, config_status, quarantined, connected].some((value) => value !== undefined)
  );
}

/** The statements of orchestrators. */
@Injectable()
export class OrchestratorsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** One page, and how many match in all. */
  async list(
    query: OrchestratorListQueryDto,
    ids: LiveIds,
    scope: Scope,
  ): Promise<{ rows: OrchestratorEntity[]; total: number }> {
    const builder = this.dataSource.getRepository(OrchestratorEntity).createQueryBuilder('o');
    restrict(builder, 'organizationId', scope);
    filterOrchestrators(builder, query, ids);
    const counting = this.totalOf(builder.clone(), query, ids, scope);
    sortBy(builder, query.sort, 'orchestratorId');
    // Sorted and skipped are ids alone: whole rows take twice as long.
    builder
      .select('o.orchestratorId')
      .offset((query.page - 1) * query.page_size)
      .limit(query.page_size);
    const page = this.dataSource.getRepository(OrchestratorEntity).createQueryBuilder('o');
    page.where(`o.orchestratorId IN (${builder.getQuery()})`).setParameters(builder.getParameters());
    sortBy(page, query.sort, 'orchestratorId');
    const [rows, total] = await Promise.all([page.getMany(), counting]);
    return { rows, total };
  }

  /** How many match: from what triggers have counted and memory knows, where that says it exactly. */
  private async totalOf(
    matching: Builder,
    query: OrchestratorListQueryDto,
    ids: LiveIds,
    scope: Scope,
  ): Promise<number> {
    const { status, organization_id } = query;
    const isOfOrganization = status !== undefined && organization_id !== undefined;
    if (isFiltered(query) || isOfOrganization) return countRows(matching);
    if (status === 'active' || status === 'error') return ids[status].length;
    const { total, independent } = await this.count(scope, organization_id);
    if (status === 'independent') return independent;
    if (status === undefined) return total;
    return Math.max(0, total - independent - ids.active.length - ids.error.length);
  }

  async find(orchestratorId: string, scope: Scope): Promise<OrchestratorEntity | null> {
    const builder = this.dataSource.getRepository(OrchestratorEntity).createQueryBuilder('o');
    restrict(builder, 'organizationId', scope);
    return builder.andWhere('o.orchestratorId = :orchestratorId', { orchestratorId }).getOne();
  }

  /** Changes the given fields; gives what they were, or undefined when there is no such orchestrator. */
  async describe(
    tx: Transaction,
    orchestratorId: string,
    description: OrchestratorDescription,
    scope: Scope,
  ): Promise<OrchestratorEntity | undefined> {
    const before = await this.lock(tx, orchestratorId, scope);
    if (!before) return undefined;
    const given = Object.fromEntries(
      Object.entries({
        name: description.name,
        labels: description.labels,
        internalUrl: description.internal_url,
        containerId: description.container_id,
        imageName: description.image_name,
        adminEmail: description.admin_email,
        supportEmail: description.support_email,
        website: description.website,
        databaseUrl: description.database_url,
        redisUrl: description.redis_url,
        environmentVariables: description.environment_variables,
      }).filter(([, value]) => value !== undefined),
    );
    await tx
      .getRepository(OrchestratorEntity)
      .update({ orchestratorId }, { ...given, updatedAt: () => 'now()' });
    return before;
  }

  /** Removes an orchestrator; gives what it was, or undefined when there is none. */
  async remove(
    tx: Transaction,
    orchestratorId: string,
    scope: Scope,
  ): Promise<OrchestratorEntity | undefined> {
    const before = await this.lock(tx, orchestratorId, scope);
    if (before) await tx.getRepository(OrchestratorEntity).delete({ orchestratorId });
    return before;
  }

  /** How many there are, and how many are independent; exact, and without reading them. */
  async count(scope: Scope, organizationId?: string): Promise<{ total: number; independent: number }> {
    const [row] = await this.dataSource.query<[{ total: number; independent: number }]>(
      `SELECT ${TOTALS} FROM orchestrator_counts
       WHERE ${inScope('organization_id', '$1')} AND organization_id = coalesce($2, organization_id)`,
      [scope, organizationId],
    );
    return row;
  }

  /** The same for each organization that has any. */
  async countByOrganization(): Promise<{ organizationId: string; total: number; independent: number }[]> {
    return this.dataSource.query(
      `SELECT organization_id AS "organizationId", ${TOTALS}
       FROM orchestrator_counts GROUP BY organization_id HAVING sum(count) > 0`,
    );
  }

  private async lock(
    tx: Transaction,
    orchestratorId: string,
    scope: Scope,
  ): Promise<OrchestratorEntity | undefined> {
    const row = await tx.getRepository(OrchestratorEntity).findOne({
      where: { orchestratorId, ...withinScope(scope) },
      lock: { mode: 'for_no_key_update' },
    });
    return row ?? undefined;
  }
}
