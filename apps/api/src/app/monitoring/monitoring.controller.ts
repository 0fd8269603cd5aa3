import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Costs, MetricNames, MetricSeries } from '@moolai/contracts';
import { CostsDto, CostsQueryDto, MetricNamesDto, MetricSeriesDto, MetricSeriesQueryDto } from '@moolai/dtos';
import { CurrentScope, Requires } from '../../platform/access/access.decorators.js';
import type { Scope } from '../../platform/access/scope.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { ApiData, ApiErrors, ApiIdParam } from '../../platform/http/swagger.js';
import { MetricsService } from './metrics.service.js';

@ApiTags('monitoring')
@Controller('controller')
export class MonitoringController {
  constructor(private readonly metrics: MetricsService) {}

  @Get('orchestrators/:id/metrics')
  @Requires('fleet:read')
  @ApiOperation({
    summary: 'Get a series of a reported metric',
    description: 'Down-sampled to at most 1,000 points; steps without samples are omitted.',
  })
  @ApiIdParam('orch-001')
  @ApiData(MetricSeriesDto)
  @ApiErrors('not_found', 'validation_error')
  getMetricSeries(
    @Param('id', IdPipe) id: string,
    @Query() query: MetricSeriesQueryDto,
    @CurrentScope() scope: Scope,
  ): Promise<MetricSeries> {
    return this.metrics.series(id, query, scope);
  }

  @Get('orchestrators/:id/metrics/names')
  @Requires('fleet:read')
  @ApiOperation({ summary: 'List the metrics that an orchestrator reports', description: 'By name.' })
  @ApiIdParam('orch-001')
  @ApiData(MetricNamesDto)
  @ApiErrors('not_found', 'validation_error')
  listMetricNames(@Param('id', IdPipe) id: string, @CurrentScope() scope: Scope): Promise<MetricNames> {
    return this.metrics.names(id, scope);
  }

  @Get('costs')
  @Requires('fleet:read')
  @ApiOperation({
    summary: 'Get reported usage and cost',
    description: 'Sums of reported usage, without estimates; entries without a cost are counted separately.',
  })
  @ApiData(CostsDto)
  @ApiErrors('validation_error')
  getCosts(@Query() query: CostsQueryDto, @CurrentScope() scope: Scope): Promise<Costs> {
    return this.metrics.costs(query, scope);
  }
}
