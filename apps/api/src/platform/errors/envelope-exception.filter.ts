import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../clock/clock.js';
import { LOGGER, type Logger } from '../logging/logger.js';
import { errorEnvelope } from './envelope.js';
import { toAppError } from './error-translation.js';

/** Turns all errors into answers (contract section 2). */
@Catch()
export class EnvelopeExceptionFilter implements ExceptionFilter {
  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly clock: Clock,
  ) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const error = toAppError(exception);
    if (error.type === 'internal_error') {
      this.logger.error({ err: exception, request_id: request.id, method: request.method }, 'request failed');
    }
    const envelope = errorEnvelope(error, request.id, this.clock.now());
    if (error.retryAfterSec !== undefined) void reply.header('retry-after', String(error.retryAfterSec));
    void reply.status(error.status).header('content-type', 'application/json; charset=utf-8').send(envelope);
  }
}
