import { Injectable } from '@nestjs/common';
import type { IndependenceGrant, Page } from '@moolai/contracts';
import type { Scope } from '../../platform/access/scope.js';
import { NotFoundError } from '../../platform/errors/app-error.js';
import { IndependenceHistoryRepository } from './independence-history.repository.js';

/** The leases of independence that orchestrators had. */
@Injectable()
export class IndependenceHistory {
  constructor(private readonly repository: IndependenceHistoryRepository) {}

  /**
   * One page of an orchestrator's leases, newest first.
   * @throws NotFoundError
   */
  async grants(
    orchestratorId: string,
    { page, page_size }: { page: number; page_size: number },
    scope: Scope,
  ): Promise<Page<IndependenceGrant>> {
    if (!(await this.repository.isKnown(orchestratorId, scope)))
      throw new NotFoundError('orchestrator', orchestratorId);
    const { grants, total } = await this.repository.grants(orchestratorId, (page - 1) * page_size, page_size);
    return { items: grants, total, page, page_size };
  }
}
