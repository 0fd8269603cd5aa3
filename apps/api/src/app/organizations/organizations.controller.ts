import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Organization, Page } from '@moolai/contracts';
import { OrganizationDto, OrganizationListQueryDto } from '@moolai/dtos';
import { CurrentScope, Requires } from '../../platform/access/access.decorators.js';
import type { Scope } from '../../platform/access/scope.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { ApiData, ApiErrors, ApiIdParam, ApiPage } from '../../platform/http/swagger.js';
import { OrganizationsService } from './organizations.service.js';

@ApiTags('organizations')
@Controller('controller/organizations')
export class OrganizationsController {
  constructor(private readonly organizations: OrganizationsService) {}

  @Get()
  @Requires('fleet:read')
  @ApiOperation({ summary: 'List organizations', description: 'Paged, searched and sorted by the database.' })
  @ApiPage(OrganizationDto)
  @ApiErrors('validation_error')
  listOrganizations(
    @Query() query: OrganizationListQueryDto,
    @CurrentScope() scope: Scope,
  ): Promise<Page<Organization>> {
    return this.organizations.list(query, scope);
  }

  @Get(':id')
  @Requires('fleet:read')
  @ApiOperation({ summary: 'Get one organization', description: 'With the number of its orchestrators.' })
  @ApiIdParam('org-001')
  @ApiData(OrganizationDto)
  @ApiErrors('not_found', 'validation_error')
  getOrganization(@Param('id', IdPipe) id: string, @CurrentScope() scope: Scope): Promise<Organization> {
    return this.organizations.get(id, scope);
  }
}
