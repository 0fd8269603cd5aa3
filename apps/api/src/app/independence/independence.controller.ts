import { Body, Controller, Param, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { IndependenceResult } from '@moolai/contracts';
import { IndependenceResultDto, SetIndependenceDto } from '@moolai/dtos';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { ApiData, ApiErrors } from '../../platform/http/swagger.js';
import { CurrentPrincipal, type Principal } from '../auth/index.js';
import { IndependenceService } from './independence.service.js';

@ApiTags('independence')
@ApiBearerAuth()
@Controller('internal/orchestrators')
export class IndependenceController {
  constructor(private readonly independence: IndependenceService) {}

  @Put(':id/independence')
  @ApiOperation({
    summary: 'Switch independence of one orchestrator',
    description:
      'While it is on, heartbeats are ignored and `last_seen` is frozen; configuration and messages still work. ' +
      'Holds for the very next heartbeat.',
  })
  @ApiParam({ name: 'id', example: 'orch-001' })
  @ApiData(IndependenceResultDto)
  @ApiErrors('not_found', 'validation_error')
  switchOne(
    @Param('id', IdPipe) id: string,
    @Body() body: SetIndependenceDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<IndependenceResult> {
    return this.independence.switchOne(id, body.is_independent, principal.email);
  }
}
