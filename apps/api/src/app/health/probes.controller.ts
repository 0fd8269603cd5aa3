import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { HealthCheckResult } from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { Public } from '../../platform/access/access.decorators.js';
import { ReadinessService } from './readiness.service.js';

/** For what runs processes and sends them requests: whether to restart this one, and whether to spare it. */
@ApiExcludeController()
@Controller('health')
export class ProbesController {
  constructor(private readonly readiness: ReadinessService) {}

  /** Alive is what answers: nothing else is asked, since no restart of this process mends a database. */
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
