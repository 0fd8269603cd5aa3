import { Injectable } from '@nestjs/common';
import { MAX_FACET_VALUES, type FacetValue, type OrchestratorFacets } from '@moolai/contracts';
import type { OrchestratorFacetsQueryDto } from '@moolai/dtos';
import { DataSource } from 'typeorm';
import type { Scope } from '../../platform/access/scope.js';
import { countRows, restrict } from '../../platform/database/list-sql.js';
import { OrchestratorEntity } from './orchestrator.entity.js';
import { CONFIG_STATUS_SQL, filterOrchestrators, type LiveIds } from './orchestrators.repository.js';

type Filter = keyof OrchestratorFacetsQueryDto;
type Row = Record<string, string>;

/** What is counted: who matches, among those that somebody may see. */
interface Asked {
  readonly query: OrchestratorFacetsQueryDto;
  readonly ids: LiveIds;
  readonly scope: Scope;
}

const STATUS_COUNTS = [
  'count(*) AS total',
  'count(*) FILTER (WHERE o.is_independent) AS independent',
  'count(*) FILTER (WHERE NOT o.is_independent AND o.orchestrator_id = ANY(:activeIds)) AS active',
  'count(*) FILTER (WHERE NOT o.is_independent AND o.orchestrator_id = ANY(:errorIds)) AS error',
].join(', ');

/** The statements that count orchestrators by what they have. */
@Injectable()
export class OrchestratorFacetsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** How those that match are distributed; each facet without its own filter. */
  async facets(query: OrchestratorFacetsQueryDto, ids: LiveIds, scope: Scope): Promise<OrchestratorFacets> {
    const asked = { query, ids, scope };
    const [total, statuses, links, admissions, configStatuses, organizations, versions, labels] =
      await Promise.all([
        countRows(this.matching(asked)),
        this.statuses(asked),
        this.links(asked),
        this.admissions(asked),
        this.values(asked, 'config_status', CONFIG_STATUS_SQL),
        this.values(asked, 'organization_id', 'o.organization_id'),
        this.values(asked, 'version', 'o.version'),
        this.labels(asked),
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

  private matching({ query, ids, scope }: Asked, without?: Filter) {
    const builder = this.dataSource.getRepository(OrchestratorEntity).createQueryBuilder('o');
    restrict(builder, 'organizationId', scope);
    filterOrchestrators(builder, without === undefined ? query : { ...query, [without]: undefined }, ids);
    return builder;
  }

  private async statuses(asked: Asked): Promise<OrchestratorFacets['statuses']> {
    const row = await this.matching(asked, 'status')
      .select(STATUS_COUNTS)
      .setParameters({ activeIds: asked.ids.active, errorIds: asked.ids.error })
      .getRawOne<Row>();
    const [active, error, independent] = [Number(row?.active), Number(row?.error), Number(row?.independent)];
    return { active, independent, inactive: Number(row?.total) - active - error - independent, error };
  }

  private async links(asked: Asked): Promise<OrchestratorFacets['links']> {
    const row = await this.matching(asked, 'connected')
      .select('count(*) AS total, count(*) FILTER (WHERE o.orchestrator_id = ANY(:linkedIds)) AS connected')
      .setParameters({ linkedIds: asked.ids.connectedIds })
      .getRawOne<Row>();
    const connected = Number(row?.connected);
    return { connected, disconnected: Number(row?.total) - connected };
  }

  private async admissions(asked: Asked): Promise<OrchestratorFacets['admissions']> {
    const row = await this.matching(asked, 'quarantined')
      .select('count(*) AS total, count(o.quarantined_at) AS quarantined')
      .getRawOne<Row>();
    const quarantined = Number(row?.quarantined);
    return { admitted: Number(row?.total) - quarantined, quarantined };
  }

  private async values(asked: Asked, filter: Filter, column: string): Promise<FacetValue[]> {
    const rows = await this.matching(asked, filter)
      .select(`${column} AS value, count(*) AS count`)
      .andWhere(`${column} IS NOT NULL`)
      .groupBy(column)
      .orderBy('count(*)', 'DESC')
      .addOrderBy(column, 'ASC')
      .limit(MAX_FACET_VALUES)
      .getRawMany<{ value: string; count: string }>();
    return rows.map(({ value, count }) => ({ value, count: Number(count) }));
  }

  private async labels(asked: Asked): Promise<FacetValue[]> {
    const [sql, parameters] = this.matching(asked, 'label')
      .select('o.labels AS labels')
      .getQueryAndParameters();
    const rows = await this.dataSource.query<{ value: string; count: string }[]>(
      `SELECT key || '=' || value AS value, count(*) AS count
       FROM (${sql}) AS matching, jsonb_each_text(matching.labels)
       GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${MAX_FACET_VALUES}`,
      parameters,
    );
    return rows.map(({ value, count }) => ({ value, count: Number(count) }));
  }
}
