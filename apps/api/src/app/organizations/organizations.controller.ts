import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Organization, Page } from '@moolai/contracts';
import { OrganizationDto, OrganizationListQueryDto } from '@moolai/dtos';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { ApiData, ApiErrors, ApiPage } from '../../platform/http/swagger.js';
import { OrganizationsService } from './organizations.service.js';

@ApiTags('organizations')
@ApiBearerAuth()
@Controller('controller/organizations')
export class OrganizationsController {
  constructor(private readonly organizations: OrganizationsService) {}

  @Get()
  @ApiOperation({ summary: 'List organizations', description: 'Paged, searched and sorted by the database.' })
  @ApiPage(OrganizationDto)
  @ApiErrors('validation_error')
  list(@Query() query: OrganizationListQueryDto): Promise<Page<Organization>> {
    return this.organizations.list(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read one organization', description: 'With the number of its orchestrators.' })
  @ApiParam({ name: 'id', example: 'org-001' })
  @ApiData(OrganizationDto)
  @ApiErrors('not_found', 'validation_error')
  get(@Param('id', IdPipe) id: string): Promise<Organization> {
    return this.organizations.get(id);
  }
}
