import { Body, Controller, Delete, Param, Patch, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { OrchestratorDetail } from '@moolai/contracts';
import { ChangeOrchestratorDto, CreateOrchestratorDto, OrchestratorDetailDto } from '@moolai/dtos';
import { CurrentPrincipal, Requires } from '../../platform/access/access.decorators.js';
import type { Principal } from '../../platform/access/principal.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { ApiData, ApiErrors, ApiIdParam } from '../../platform/http/swagger.js';
import { OrchestratorsAdminService } from './orchestrators-admin.service.js';

@ApiTags('orchestrators')
@Controller('internal/orchestrators')
export class OrchestratorsAdminController {
  constructor(private readonly orchestrators: OrchestratorsAdminService) {}

  @Post()
  @Requires('orchestrators:manage')
  @ApiOperation({
    summary: 'Create an orchestrator before it registers',
    description: 'With its configuration, so that it gets the right one at its first registration.',
  })
  @ApiData(OrchestratorDetailDto, { created: true })
  @ApiErrors('not_found', 'validation_error', 'conflict')
  createOrchestrator(
    @Body() body: CreateOrchestratorDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<OrchestratorDetail> {
    return this.orchestrators.create(body, principal);
  }

  @Patch(':id')
  @Requires('orchestrators:manage')
  @ApiOperation({
    summary: 'Change the description of an orchestrator',
    description:
      'Changes the given fields; `null` clears one. Secrets can be written but not read. The configuration has its ' +
      'own route, `PUT …/config`.',
  })
  @ApiIdParam('orch-001')
  @ApiData(OrchestratorDetailDto)
  @ApiErrors('not_found', 'validation_error')
  changeOrchestrator(
    @Param('id', IdPipe) id: string,
    @Body() body: ChangeOrchestratorDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<OrchestratorDetail> {
    return this.orchestrators.change(id, body, principal);
  }

  @Delete(':id')
  @Requires('orchestrators:manage')
  @ApiOperation({
    summary: 'Decommission an orchestrator',
    description: 'Closes its connection and settles its open messages. Returns the deleted orchestrator.',
  })
  @ApiIdParam('orch-001')
  @ApiData(OrchestratorDetailDto)
  @ApiErrors('not_found', 'validation_error')
  decommissionOrchestrator(
    @Param('id', IdPipe) id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<OrchestratorDetail> {
    return this.orchestrators.remove(id, principal);
  }
}
