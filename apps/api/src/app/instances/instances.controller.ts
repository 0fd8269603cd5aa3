import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Instance } from '@moolai/contracts';
import { InstanceDto } from '@moolai/dtos';
import { Requires } from '../../platform/access/access.decorators.js';
import { ApiErrors, ApiList } from '../../platform/http/swagger.js';
import { InstancesService } from './instances.service.js';

@ApiTags('instances')
@Controller('internal/instances')
export class InstancesController {
  constructor(private readonly instances: InstancesService) {}

  // Its counts are those of all organizations, so it needs the permission that only callers of the whole fleet have.
  @Get()
  @Requires('fleet:manage')
  @ApiOperation({
    summary: 'List controller instances',
    description:
      'The controllers that share this fleet, oldest first, with their connections. One that was lost is listed for ten ' +
      'minutes, or until it is back; one that was shut down is not listed.',
  })
  @ApiList(InstanceDto)
  @ApiErrors()
  listInstances(): Instance[] {
    return this.instances.list();
  }
}
