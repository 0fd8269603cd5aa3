import { Injectable } from '@nestjs/common';
import type { OrchestratorDescription } from '@moolai/contracts';
import { DataSource } from 'typeorm';
import { inScope, type Scope } from '../../platform/access/scope.js';
import { restrict, withinScope } from '../../platform/database/list-sql.js';
import type { Transaction } from '../../platform/database/transactions.js';
import { OrchestratorEntity } from './orchestrator.entity.js';

/** From the counts that triggers maintain. */
const TOTALS = `coalesce(sum(count), 0)::bigint AS total,
  coalesce(sum(count) FILTER (WHERE is_independent), 0)::bigint AS independent`;

/** SQL of orchestrators. */
@Injectable()
export class OrchestratorsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async find(orchestratorId: string, scope: Scope): Promise<OrchestratorEntity | null> {
    const builder = this.dataSource.getRepository(OrchestratorEntity).createQueryBuilder('o');
    restrict(builder, 'organizationId', scope);
    return builder.andWhere('o.orchestratorId = :orchestratorId', { orchestratorId }).getOne();
  }

  /** Changes the given fields; returns their previous values, or undefined if the orchestrator does not exist. */
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

  /** Removes an orchestrator and returns it; undefined if it does not exist. */
  async remove(
    tx: Transaction,
    orchestratorId: string,
    scope: Scope,
  ): Promise<OrchestratorEntity | undefined> {
    const before = await this.lock(tx, orchestratorId, scope);
    if (before) await tx.getRepository(OrchestratorEntity).delete({ orchestratorId });
    return before;
  }

  /** Exact numbers of all and of independent orchestrators, without reading them. */
  async count(scope: Scope, organizationId?: string): Promise<{ total: number; independent: number }> {
    const [row] = await this.dataSource.query<[{ total: number; independent: number }]>(
      `SELECT ${TOTALS} FROM orchestrator_counts
       WHERE ${inScope('organization_id', '$1')} AND organization_id = coalesce($2, organization_id)`,
      [scope, organizationId],
    );
    return row;
  }

  /** The same for each organization with orchestrators. */
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
