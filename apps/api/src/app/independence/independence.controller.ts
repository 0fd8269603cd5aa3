import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type {
  IndependenceGrant,
  IndependenceResult,
  OrganizationIndependenceResult,
  Page,
} from '@moolai/contracts';
import {
  IndependenceGrantDto,
  IndependenceResultDto,
  OrganizationIndependenceResultDto,
  PageQueryDto,
  SetOrchestratorIndependenceDto,
  SetOrganizationIndependenceDto,
} from '@moolai/dtos';
import { CurrentPrincipal, CurrentScope, Requires } from '../../platform/access/access.decorators.js';
import type { Principal } from '../../platform/access/principal.js';
import type { Scope } from '../../platform/access/scope.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { ApiData, ApiErrors, ApiIdParam, ApiPage } from '../../platform/http/swagger.js';
import { IndependenceHistory } from './independence-history.js';
import { IndependenceService } from './independence.service.js';

@ApiTags('independence')
@Controller('internal')
export class IndependenceController {
  constructor(
    private readonly independence: IndependenceService,
    private readonly history: IndependenceHistory,
  ) {}

  @Put('orchestrators/:id/independence')
  @Requires('independence:write')
  @ApiOperation({
    summary: 'Switch independence of one orchestrator',
    description:
      'While it is on, heartbeats are ignored and `last_seen` is frozen; configuration and messages still work. ' +
      'Applies to the very next heartbeat. With `expires_at` it ends automatically. Only differences are changed.',
  })
  @ApiIdParam('orch-001')
  @ApiData(IndependenceResultDto)
  @ApiErrors('not_found', 'validation_error')
  switchIndependence(
    @Param('id', IdPipe) id: string,
    @Body() body: SetOrchestratorIndependenceDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<IndependenceResult> {
    return this.independence.switchOne(id, body, principal);
  }

  @Get('orchestrators/:id/independence/history')
  @Requires('fleet:read')
  @ApiOperation({
    summary: 'List the independence leases of an orchestrator',
    description: 'Newest first, with the incidents that would have been raised.',
  })
  @ApiIdParam('orch-001')
  @ApiPage(IndependenceGrantDto)
  @ApiErrors('not_found', 'validation_error')
  listIndependenceHistory(
    @Param('id', IdPipe) id: string,
    @Query() query: PageQueryDto,
    @CurrentScope() scope: Scope,
  ): Promise<Page<IndependenceGrant>> {
    return this.history.grants(id, query, scope);
  }

  @Put('organizations/:id/independence')
  @Requires('independence:write')
  @ApiOperation({
    summary: 'Switch independence of an organization',
    description:
      'Orchestrators that register later follow it. With `apply_to_existing` existing ones follow too, ' +
      'except those with their own independence.',
  })
  @ApiIdParam('org-001')
  @ApiData(OrganizationIndependenceResultDto)
  @ApiErrors('not_found', 'validation_error')
  switchOrganizationIndependence(
    @Param('id', IdPipe) id: string,
    @Body() body: SetOrganizationIndependenceDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<OrganizationIndependenceResult> {
    return this.independence.switchOrganization(id, body, principal);
  }
}
