import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Overview } from '@moolai/contracts';
import { OverviewDto } from '@moolai/dtos';
import { ApiData, ApiErrors } from '../../platform/http/swagger.js';
import { OverviewService } from './overview.service.js';

@ApiTags('overview')
@ApiBearerAuth()
@Controller('controller/overview')
export class OverviewController {
  constructor(private readonly overview: OverviewService) {}

  @Get()
  @ApiOperation({ summary: 'Counters of the fleet', description: 'What the dashboard shows on top.' })
  @ApiData(OverviewDto)
  @ApiErrors()
  get(): Promise<Overview> {
    return this.overview.get();
  }
}
