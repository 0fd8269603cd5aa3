import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FleetEvent, Page } from '@moolai/contracts';
import { ActivityQueryDto, FleetEventDto } from '@moolai/dtos';
import { CurrentScope, Requires } from '../../platform/access/access.decorators.js';
import type { Scope } from '../../platform/access/scope.js';
import { ApiErrors, ApiPage } from '../../platform/http/swagger.js';
import { ActivityService } from './activity.service.js';

@ApiTags('events')
@Controller('controller/activity')
export class ActivityController {
  constructor(private readonly activity: ActivityService) {}

  @Get()
  @Requires('fleet:read')
  @ApiOperation({
    summary: 'List recent events',
    description: 'Newest first, from a bounded buffer in memory that is empty after a start.',
  })
  @ApiPage(FleetEventDto)
  @ApiErrors('validation_error')
  listActivity(@Query() query: ActivityQueryDto, @CurrentScope() scope: Scope): Page<FleetEvent> {
    return this.activity.list(query, scope);
  }
}
