import { Injectable } from '@nestjs/common';
import type { OrganizationListQueryDto } from '@moolai/dtos';
import { DataSource } from 'typeorm';
import { containsPattern, sortBy } from '../../platform/database/list-sql.js';
import { OrganizationEntity } from './organization.entity.js';

/** A row with what belongs to it. */
export type OrganizationRow = OrganizationEntity & { orchestratorCount: number };

/** The statements of organizations. */
@Injectable()
export class OrganizationsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** One page, and how many there are in all. */
  async list(query: OrganizationListQueryDto): Promise<{ rows: OrganizationRow[]; total: number }> {
    const builder = this.dataSource.getRepository(OrganizationEntity).createQueryBuilder('g');
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

  async find(organizationId: string): Promise<OrganizationRow | undefined> {
    const entity = await this.dataSource.getRepository(OrganizationEntity).findOneBy({ organizationId });
    return entity ? (await this.withCounts([entity]))[0] : undefined;
  }

  /** How many there are, by what the overview asks for. */
  async count(): Promise<{ total: number; active: number; independent: number }> {
    const [row] = await this.dataSource.query<[{ total: number; active: number; independent: number }]>(
      `SELECT count(*)::int AS total, (count(*) FILTER (WHERE is_active))::int AS active,
         (count(*) FILTER (WHERE is_independent))::int AS independent FROM organizations`,
    );
    return row;
  }

  private async withCounts(entities: OrganizationEntity[]): Promise<OrganizationRow[]> {
    const counts = await this.dataSource.query<{ organization_id: string; count: number }[]>(
      `SELECT organization_id, count(*)::int AS count FROM orchestrator_instances
       WHERE organization_id = ANY($1) GROUP BY organization_id`,
      [entities.map((entity) => entity.organizationId)],
    );
    const byId = new Map(counts.map((row) => [row.organization_id, row.count]));
    return entities.map((entity) => ({ ...entity, orchestratorCount: byId.get(entity.organizationId) ?? 0 }));
  }
}
