import { Injectable } from '@nestjs/common';
import type { OrchestratorFacetsQueryDto, OrchestratorListQueryDto } from '@moolai/dtos';
import { DataSource, type ObjectLiteral, type SelectQueryBuilder } from 'typeorm';
import type { Scope } from '../../platform/access/scope.js';
import { containsPattern, countRows, restrict, sortBy } from '../../platform/database/list-sql.js';
import { configStatusSql } from '../configuration/index.js';
import type { LiveRowSets, RowSet } from '../live-state/index.js';
import { OrchestratorActivityEntity } from './orchestrator-activity.entity.js';
import { OrchestratorDirectoryEntity } from './orchestrator-directory.entity.js';
import { OrchestratorEntity } from './orchestrator.entity.js';
import { OrchestratorsRepository } from './orchestrators.repository.js';

/** The `config_status` of an orchestrator `o`. */
export const CONFIG_STATUS_SQL = configStatusSql('o');

/** Fields changed by heartbeats, which are sorted in their own table. */
const SORTED_BY_ACTIVITY = ['last_seen', 'last_activity', 'updated_at'];
/** Up to this many ids are looked up individually; beyond it, each row is tested for membership. */
const FEW_IDS = 500;
/** Bytes of bitmap per id beyond which a list of ids is cheaper. */
const BYTES_PER_ID = 8;

type Filters = OrchestratorFacetsQueryDto;

/** A query, with memory's state and the caller's scope. */
export interface ListRequest {
  readonly query: Filters;
  readonly live: LiveRowSets;
  readonly scope: Scope;
}

type Builder = SelectQueryBuilder<ObjectLiteral>;

/**
 * A condition on the directory `d`: the row is in a set, passed as a bitmap.
 * @param name of its parameter
 */
export function isAmong(rows: RowSet, name: string): { sql: string; parameters: Record<string, unknown> } {
  if (rows.size <= FEW_IDS || rows.bitsBytes > rows.size * BYTES_PER_ID) {
    return { sql: `d.id = ANY(:${name})`, parameters: { [name]: rows.ids } };
  }
  // A row that was added after the bitmap was created is not in the set.
  const sql = `(CASE WHEN d.id < 8 * length(:${name}::bytea) THEN get_bit(:${name}::bytea, d.id) ELSE 0 END) = 1`;
  return { sql, parameters: { [name]: rows.toBits() } };
}

function filterByRows(builder: Builder, name: string, rows: RowSet, isWanted: boolean): void {
  const { sql, parameters } = isAmong(rows, name);
  builder.andWhere(isWanted ? sql : `NOT (${sql})`, parameters);
}

/** The status is in memory, so a filter on it becomes a filter on ids: exact, and paged by the database. */
function filterByStatus(
  builder: Builder,
  status: OrchestratorListQueryDto['status'],
  live: LiveRowSets,
): void {
  if (status === undefined) return;
  if (status === 'independent') {
    builder.andWhere('d.isIndependent');
  } else if (status === 'inactive') {
    builder.andWhere('NOT d.isIndependent');
    filterByRows(builder, 'active', live.active, false);
    filterByRows(builder, 'error', live.error, false);
  } else {
    filterByRows(builder, 'alive', live[status], true);
  }
}

function filterByLabel(builder: Builder, label: string | undefined): void {
  if (label === undefined) return;
  const separator = label.indexOf('=');
  if (separator < 0) {
    builder.andWhere('jsonb_exists(d.labels, :label)', { label });
  } else {
    const pair = { [label.slice(0, separator)]: label.slice(separator + 1) };
    builder.andWhere('d.labels @> :label::jsonb', { label: JSON.stringify(pair) });
  }
}

/** Restricts a statement on the directory `d`, and for some filters the row `o`, to the matching ones. */
function filter(builder: Builder, { query, live, scope }: ListRequest): Builder {
  restrict(builder, 'organizationId', scope, 'd');
  if (query.organization_id !== undefined) {
    builder.andWhere('d.organizationId = :organizationId', { organizationId: query.organization_id });
  }
  if (query.search) {
    // The search text separates id and name by a newline, which only names may contain.
    const text = query.search.includes('\n') ? 'search_form(d.name)' : 'd.searchText';
    builder.andWhere(`${text} LIKE search_form(:search)`, { search: containsPattern(query.search) });
  }
  if (query.version !== undefined) builder.andWhere('d.version = :version', { version: query.version });
  if (query.config_status !== undefined) {
    builder.andWhere(`${CONFIG_STATUS_SQL} = :configStatus`, { configStatus: query.config_status });
  }
  if (query.quarantined !== undefined) {
    builder.andWhere(`${query.quarantined ? '' : 'NOT '}d.isQuarantined`);
  }
  filterByStatus(builder, query.status, live);
  filterByLabel(builder, query.label);
  if (query.connected !== undefined) filterByRows(builder, 'connected', live.connected, query.connected);
  return builder;
}

/** True if filters other than organization and status are set. */
function isFiltered({ search, label, version, config_status, quarantined, connected }: Filters): boolean {
  return (
    Boolean(search) ||
    [label, version, config_status, quarantined, connected].some((value) => value !== undefined)
  );
}

/** The main table of a statement: the directory, the activity, or the rows themselves. */
const BASES = { d: OrchestratorDirectoryEntity, a: OrchestratorActivityEntity, o: OrchestratorEntity };

/**
 * A statement on the matching orchestrators. Joins the directory `d` and the row `o` only if needed, because even an
 * unused join prevents index-only scans.
 */
export function matching(
  dataSource: DataSource,
  request: ListRequest,
  base: keyof typeof BASES = 'd',
): Builder {
  const { query, scope } = request;
  const builder: Builder = dataSource.getRepository<ObjectLiteral>(BASES[base]).createQueryBuilder(base);
  const isOfAll = scope === null && !isFiltered(query) && !query.status && !query.organization_id;
  if (isOfAll) return builder;
  if (base !== 'd') builder.innerJoin(OrchestratorDirectoryEntity, 'd', `d.id = ${base}.id`);
  if (base !== 'o' && query.config_status) builder.innerJoin(OrchestratorEntity, 'o', `o.id = ${base}.id`);
  return filter(builder, request);
}

/** SQL of the orchestrators' lists. */
@Injectable()
export class OrchestratorListRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly orchestrators: OrchestratorsRepository,
  ) {}

  /** Returns one page, and the total number of matches. */
  async list(
    query: OrchestratorListQueryDto,
    live: LiveRowSets,
    scope: Scope,
  ): Promise<{ rows: OrchestratorEntity[]; total: number }> {
    const request = { query, live, scope };
    const base = SORTED_BY_ACTIVITY.includes(query.sort.replace('-', '')) ? 'a' : 'd';
    // Filtering, sorting and skipping only use an index; complete rows are read for the page only.
    const found = matching(this.dataSource, request, base).select(`${base}.orchestratorId`);
    sortBy(found, query.sort, 'orchestratorId');
    found.offset((query.page - 1) * query.page_size).limit(query.page_size);
    const page = this.dataSource.getRepository(OrchestratorEntity).createQueryBuilder('o');
    page.where(`o.orchestratorId IN (${found.getQuery()})`).setParameters(found.getParameters());
    sortBy(page, query.sort, 'orchestratorId');
    const [rows, total] = await Promise.all([page.getMany(), this.totalOf(request)]);
    return { rows, total };
  }

  /** The number of matches: from the triggers' counts and memory if these are exact for the query. */
  private async totalOf(request: ListRequest): Promise<number> {
    const { query, live, scope } = request;
    const { status, organization_id } = query;
    const isOfOrganization = status !== undefined && organization_id !== undefined;
    if (isFiltered(query) || isOfOrganization) return countRows(matching(this.dataSource, request));
    if (status === 'active' || status === 'error') return live[status].size;
    const { total, independent } = await this.orchestrators.count(scope, organization_id);
    if (status === 'independent') return independent;
    if (status === undefined) return total;
    return Math.max(0, total - independent - live.active.size - live.error.size);
  }
}
