import { Injectable } from '@nestjs/common';
import { MAX_FACET_VALUES, type FacetValue, type OrchestratorFacets } from '@moolai/contracts';
import type { OrchestratorFacetsQueryDto } from '@moolai/dtos';
import { DataSource, type ObjectLiteral, type SelectQueryBuilder } from 'typeorm';
import type { Scope } from '../../platform/access/scope.js';
import type { LiveRowSets } from '../live-state/index.js';
import { CONFIG_STATUS_SQL, isAmong, matching, type ListRequest } from './orchestrator-list.repository.js';

type Filter = keyof OrchestratorFacetsQueryDto;

/** Facets with few values. */
type Counts = Pick<OrchestratorFacets, 'total' | 'statuses' | 'links' | 'admissions'>;

/** SQL that counts orchestrators by facet. */
@Injectable()
export class OrchestratorFacetsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Facets of the matching orchestrators, each without its own filter. */
  async facets(
    query: OrchestratorFacetsQueryDto,
    live: LiveRowSets,
    scope: Scope,
  ): Promise<OrchestratorFacets> {
    const request = { query, live, scope };
    const counting = this.counts(request);
    // A facet without its own filter is counted together with the total.
    const countsOf = (own: Filter): Promise<Counts> =>
      query[own] === undefined ? counting : this.counts(without(request, own));
    const [
      { total },
      { statuses },
      { links },
      { admissions },
      configStatuses,
      organizations,
      versions,
      labels,
    ] = await Promise.all([
      counting,
      countsOf('status'),
      countsOf('connected'),
      countsOf('quarantined'),
      this.values(matching(this.dataSource, without(request, 'config_status'), 'o'), CONFIG_STATUS_SQL),
      this.values(this.matching(request, 'organization_id'), 'd.organization_id'),
      this.values(this.matching(request, 'version'), 'd.version'),
      this.labels(request),
    ]);
    const withStatus = (status: string): number =>
      configStatuses.find(({ value }) => value === status)?.count ?? 0;
    return {
      total,
      statuses,
      links,
      admissions,
      config_statuses: {
        applied: withStatus('applied'),
        failed: withStatus('failed'),
        pending: withStatus('pending'),
      },
      organizations,
      versions,
      labels,
    };
  }

  private matching(request: ListRequest, own: Filter) {
    return matching(this.dataSource, without(request, own));
  }

  private async counts(request: ListRequest): Promise<Counts> {
    const { active, error, connected } = request.live;
    const isActive = isAmong(active, 'countedActive');
    const isInError = isAmong(error, 'countedError');
    const isConnected = isAmong(connected, 'countedConnected');
    const count = (condition: string): string => `count(*) FILTER (WHERE ${condition})`;
    const row = await matching(this.dataSource, request)
      .select('count(*)', 'total')
      .addSelect(count('d.is_independent'), 'independent')
      .addSelect(count(`NOT d.is_independent AND ${isActive.sql}`), 'active')
      .addSelect(count(`NOT d.is_independent AND ${isInError.sql}`), 'error')
      .addSelect(count(isConnected.sql), 'connected')
      .addSelect(count('d.is_quarantined'), 'quarantined')
      .setParameters({ ...isActive.parameters, ...isInError.parameters, ...isConnected.parameters })
      .getRawOne<Record<string, number>>();
    const { total = 0, independent = 0, quarantined = 0, ...those } = row ?? {};
    const statuses = { active: those['active'] ?? 0, error: those['error'] ?? 0, independent };
    const inactive = total - statuses.active - statuses.error - independent;
    const linked = those['connected'] ?? 0;
    return {
      total,
      statuses: { ...statuses, inactive },
      links: { connected: linked, disconnected: total - linked },
      admissions: { admitted: total - quarantined, quarantined },
    };
  }

  private async values(builder: SelectQueryBuilder<ObjectLiteral>, column: string): Promise<FacetValue[]> {
    const rows = await builder
      .select(`${column} AS value, count(*) AS count`)
      .andWhere(`${column} IS NOT NULL`)
      .groupBy(column)
      .orderBy('count(*)', 'DESC')
      .addOrderBy(column, 'ASC')
      .limit(MAX_FACET_VALUES)
      .getRawMany<FacetValue>();
    return rows.map(({ value, count }) => ({ value, count }));
  }

  /** Many orchestrators share the same labels, so each combination is unpacked once. */
  private async labels(request: ListRequest): Promise<FacetValue[]> {
    const [sql, parameters] = this.matching(request, 'label')
      .select('d.labels AS labels, count(*) AS count')
      .groupBy('d.labels')
      .getQueryAndParameters();
    const rows = await this.dataSource.query<FacetValue[]>(
      `SELECT key || '=' || value AS value, sum(matching.count)::bigint AS count
       FROM (${sql}) AS matching, jsonb_each_text(matching.labels)
       GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${MAX_FACET_VALUES}`,
      parameters,
    );
    return rows.map(({ value, count }) => ({ value, count }));
  }
}

function without(request: ListRequest, own: Filter): ListRequest {
  return { ...request, query: { ...request.query, [own]: undefined } };
}
