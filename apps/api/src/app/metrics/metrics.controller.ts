import { Controller, Get, Headers, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../../platform/access/access.decorators.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { MetricsAccess } from './metrics-access.js';

/** Metrics for Prometheus (contract section 1). */
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly access: MetricsAccess,
  ) {}

  /** Not for users and API tokens: Prometheus has a token of its own, or none. */
  @Get()
  @Public()
  async read(
    @Headers('authorization') authorization: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.access.assertAllowed(authorization);
    const text = await this.metrics.expose();
    void reply
      .header('content-type', this.metrics.contentType)
      .header('cache-control', 'no-store')
      .send(text);
  }
}
