import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { HealthCheckResult } from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { Public } from '../../platform/access/access.decorators.js';
import { ReadinessService } from './readiness.service.js';

/**
 * Probes for container platforms and load balancers: whether to restart this process, and whether to send it
 * requests.
 */
@ApiExcludeController()
@Controller('health')
export class ProbesController {
  constructor(private readonly readiness: ReadinessService) {}

  /** Alive if it answers. Checks nothing else, because restarting this process does not fix a database. */
  @Get('live')
  @Public()
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @Public()
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthCheckResult> {
    const result = await this.readiness.check();
    if (result.status !== 'ok') void reply.status(HttpStatus.SERVICE_UNAVAILABLE);
    return result;
  }
}
