import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Overview } from '@moolai/contracts';
import { OverviewDto } from '@moolai/dtos';
import { CurrentScope, Requires } from '../../platform/access/access.decorators.js';
import type { Scope } from '../../platform/access/scope.js';
import { ApiData, ApiErrors } from '../../platform/http/swagger.js';
import { OverviewService } from './overview.service.js';

@ApiTags('overview')
@Controller('controller/overview')
export class OverviewController {
  constructor(private readonly overview: OverviewService) {}

  @Get()
  @Requires('fleet:read')
  @ApiOperation({ summary: 'Counters of the fleet', description: 'The figures at the top of the dashboard.' })
  @ApiData(OverviewDto)
  @ApiErrors()
  getOverview(@CurrentScope() scope: Scope): Promise<Overview> {
    return this.overview.get(scope);
  }
}
