import { Injectable } from '@nestjs/common';
import type { Organization, Overview, Page } from '@moolai/contracts';
import type { OrganizationListQueryDto } from '@moolai/dtos';
import { NotFoundError } from '../../platform/errors/app-error.js';
import { toOrganization } from './organization.mapper.js';
import { OrganizationsRepository } from './organizations.repository.js';

/** Reads organizations. */
@Injectable()
export class OrganizationsService {
  constructor(private readonly repository: OrganizationsRepository) {}

  async list(query: OrganizationListQueryDto): Promise<Page<Organization>> {
    const { rows, total } = await this.repository.list(query);
    return { items: rows.map(toOrganization), total, page: query.page, page_size: query.page_size };
  }

  /** @throws NotFoundError */
  async get(organizationId: string): Promise<Organization> {
    const row = await this.repository.find(organizationId);
    if (!row) throw new NotFoundError('organization', organizationId);
    return toOrganization(row);
  }

  count(): Promise<Overview['organizations']> {
    return this.repository.count();
  }
}
