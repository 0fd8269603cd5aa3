import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ControllerHealth, InternalHealth } from '@moolai/contracts';
import { ControllerHealthDto, InternalHealthDto } from '@moolai/dtos';
import type { FastifyReply } from 'fastify';
import { CallerScope, Identifies, Public } from '../../platform/access/access.decorators.js';
import type { Scope } from '../../platform/access/scope.js';
import { ApiHealth } from '../../platform/http/swagger.js';
import { HealthService } from './health.service.js';

function withStatus<T extends { status: 'ok' | 'degraded' }>(health: T, reply: FastifyReply): T {
  if (health.status === 'degraded') void reply.status(HttpStatus.SERVICE_UNAVAILABLE);
  return health;
}

@ApiTags('health')
@Controller()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('controller/health')
  @Public()
  @ApiOperation({
    summary: 'Health for load balancers',
    description: '200 if the database answers, otherwise 503.',
  })
  @ApiHealth(ControllerHealthDto)
  async getHealth(@Res({ passthrough: true }) reply: FastifyReply): Promise<ControllerHealth> {
    return withStatus(await this.health.controller(), reply);
  }

  @Get('internal/health')
  @Public()
  @Identifies()
  @ApiOperation({
    summary: 'Health in detail',
    description:
      'Database, WebSocket, and waiting writes. With the credentials of an organization the figures cover only ' +
      'that organization; `figures` names their scope.',
  })
  @ApiHealth(InternalHealthDto)
  async getInternalHealth(
    @CallerScope() scope: Scope | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<InternalHealth> {
    return withStatus(await this.health.internal(scope), reply);
  }
}
