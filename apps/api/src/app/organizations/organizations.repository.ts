import { Injectable } from '@nestjs/common';
import type {
  ChangeOrganizationRequest,
  CreateOrganizationRequest,
  OrganizationStatus,
} from '@moolai/contracts';
import type { OrganizationListQueryDto } from '@moolai/dtos';
import { DataSource } from 'typeorm';
import { inScope, isInScope, type Scope } from '../../platform/access/scope.js';
import { containsPattern, restrict, sortBy } from '../../platform/database/list-sql.js';
import type { Transaction } from '../../platform/database/transactions.js';
import { OrganizationEntity } from './organization.entity.js';

/** A row with its counts. */
export type OrganizationRow = OrganizationEntity & { orchestratorCount: number };

/** SQL of organizations. */
@Injectable()
export class OrganizationsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Returns one page, and the total number of matches. */
  async list(
    query: OrganizationListQueryDto,
    scope: Scope,
  ): Promise<{ rows: OrganizationRow[]; total: number }> {
    const builder = this.dataSource.getRepository(OrganizationEntity).createQueryBuilder('g');
    restrict(builder, 'organizationId', scope);
    if (query.search) {
      builder.andWhere('(g.organizationId ILIKE :search OR g.name ILIKE :search)', {
        search: containsPattern(query.search),
      });
    }
    sortBy(builder, query.sort, 'organizationId');
    builder.skip((query.page - 1) * query.page_size).take(query.page_size);
    const [entities, total] = await builder.getManyAndCount();
    return { rows: await this.withCounts(entities), total };
  }

  async find(organizationId: string, scope: Scope): Promise<OrganizationRow | undefined> {
    const builder = this.dataSource.getRepository(OrganizationEntity).createQueryBuilder('g');
    restrict(builder, 'organizationId', scope);
    const entity = await builder.andWhere('g.organizationId = :organizationId', { organizationId }).getOne();
    return entity ? (await this.withCounts([entity]))[0] : undefined;
  }

  /** Those of these ids that exist within the scope. */
  async existing(organizationIds: string[], scope: Scope): Promise<string[]> {
    const rows = await this.dataSource.query<{ organization_id: string }[]>(
      `SELECT organization_id FROM organizations
       WHERE organization_id = ANY($1) AND ${inScope('organization_id', '$2')}`,
      [organizationIds, scope],
    );
    return rows.map((row) => row.organization_id);
  }

  /** The overview's counts. */
  async count(scope: Scope): Promise<{ total: number; active: number; independent: number }> {
    const [row] = await this.dataSource.query<[{ total: number; active: number; independent: number }]>(
      `SELECT count(*) AS total, count(*) FILTER (WHERE is_active) AS active,
         count(*) FILTER (WHERE is_independent) AS independent FROM organizations
       WHERE ${inScope('organization_id', '$1')}`,
      [scope],
    );
    return row;
  }

  /** Creates an organization; false if the id exists. */
  async create(tx: Transaction, request: CreateOrganizationRequest, actorName: string): Promise<boolean> {
    const {
      organization_id: id,
      name,
      admin_email,
      support_email,
      website,
      is_independent = false,
    } = request;
    const rows = await tx.query<unknown[]>(
      `INSERT INTO organizations (organization_id, name, admin_email, support_email, website, is_independent,
         independence_updated_at, independence_updated_by)
       VALUES ($1, $2, $3, $4, $5, $6, CASE WHEN $6 THEN now() END, CASE WHEN $6 THEN $7::text END)
       ON CONFLICT DO NOTHING RETURNING organization_id`,
      [id, name, admin_email ?? null, support_email ?? null, website ?? null, is_independent, actorName],
    );
    return rows.length > 0;
  }

  /** Changes the given fields; returns their previous values, or undefined if the organization does not exist. */
  async change(
    tx: Transaction,
    organizationId: string,
    request: ChangeOrganizationRequest,
    scope: Scope,
  ): Promise<OrganizationEntity | undefined> {
    if (!isInScope(scope, organizationId)) return undefined;
    const repository = tx.getRepository(OrganizationEntity);
    const before = await repository.findOne({
      where: { organizationId },
      lock: { mode: 'for_no_key_update' },
    });
    if (!before) return undefined;
    const { name, admin_email, support_email, website, is_active } = request;
    const status: OrganizationStatus = is_active === false ? 'inactive' : 'active';
    const given = {
      ...(name === undefined ? {} : { name }),
      ...(admin_email === undefined ? {} : { adminEmail: admin_email }),
      ...(support_email === undefined ? {} : { supportEmail: support_email }),
      ...(website === undefined ? {} : { website }),
      ...(is_active === undefined ? {} : { isActive: is_active, status }),
    };
    await repository.update({ organizationId }, { ...given, updatedAt: () => 'now()' });
    if (name !== undefined) {
      await tx.query('UPDATE orchestrator_instances SET organization_name = $2 WHERE organization_id = $1', [
        organizationId,
        name,
      ]);
    }
    return before;
  }

  private async withCounts(entities: OrganizationEntity[]): Promise<OrganizationRow[]> {
    const counts = await this.dataSource.query<{ organization_id: string; count: number }[]>(
      `SELECT organization_id, sum(count)::bigint AS count FROM orchestrator_counts
       WHERE organization_id = ANY($1) GROUP BY organization_id`,
      [entities.map((entity) => entity.organizationId)],
    );
    const byId = new Map(counts.map((row) => [row.organization_id, row.count]));
    return entities.map((entity) => ({ ...entity, orchestratorCount: byId.get(entity.organizationId) ?? 0 }));
  }
}
