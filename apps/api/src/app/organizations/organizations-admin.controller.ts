import { Body, Controller, Delete, Param, Patch, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Organization } from '@moolai/contracts';
import { ChangeOrganizationDto, CreateOrganizationDto, OrganizationDto } from '@moolai/dtos';
import { CurrentPrincipal, Requires } from '../../platform/access/access.decorators.js';
import type { Principal } from '../../platform/access/principal.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { ApiData, ApiErrors, ApiIdParam } from '../../platform/http/swagger.js';
import { OrganizationsService } from './organizations.service.js';

@ApiTags('organizations')
@Controller('internal/organizations')
export class OrganizationsAdminController {
  constructor(private readonly organizations: OrganizationsService) {}

  @Post()
  @Requires('fleet:manage')
  @ApiOperation({
    summary: 'Create an organization',
    description: 'With its first settings, where they are given.',
  })
  @ApiData(OrganizationDto, { created: true })
  @ApiErrors('validation_error', 'conflict')
  createOrganization(
    @Body() body: CreateOrganizationDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Organization> {
    return this.organizations.create(body, principal);
  }

  @Patch(':id')
  @Requires('organizations:manage')
  @ApiOperation({
    summary: 'Change an organization',
    description: 'Changes the given fields; `null` clears one.',
  })
  @ApiIdParam('org-001')
  @ApiData(OrganizationDto)
  @ApiErrors('not_found', 'validation_error')
  changeOrganization(
    @Param('id', IdPipe) id: string,
    @Body() body: ChangeOrganizationDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Organization> {
    return this.organizations.change(id, body, principal);
  }

  @Delete(':id')
  @Requires('organizations:manage')
  @ApiOperation({
    summary: 'Deactivate an organization',
    description:
      'Closes the connections of its orchestrators and refuses their registrations. Nothing is deleted.',
  })
  @ApiIdParam('org-001')
  @ApiData(OrganizationDto)
  @ApiErrors('not_found', 'validation_error')
  deactivateOrganization(
    @Param('id', IdPipe) id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Organization> {
    return this.organizations.deactivate(id, principal);
  }
}
