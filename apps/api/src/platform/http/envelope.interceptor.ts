import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { SuccessEnvelope } from '@moolai/contracts';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import { Clock } from '../clock/clock.js';
import { JsonParts, NOT_MODIFIED } from './prepared-answer.js';

const NOT_MODIFIED_STATUS = 304;

/** What is written: an envelope, its JSON, or nothing. */
type Body = SuccessEnvelope<unknown> | Buffer | undefined;

/** Wraps a handler's result into the success envelope (contract section 2). */
@Injectable()
export class EnvelopeInterceptor implements NestInterceptor<unknown, Body> {
  constructor(private readonly clock: Clock) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<Body> {
    return next.handle().pipe(map((data) => this.bodyOf(data, context)));
  }

  private bodyOf(data: unknown, context: ExecutionContext): Body {
    const timestamp = this.clock.now().toISOString();
    if (data !== NOT_MODIFIED && !(data instanceof JsonParts)) return { success: true, data, timestamp };
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    if (data === NOT_MODIFIED) {
      reply.statusCode = NOT_MODIFIED_STATUS;
      return undefined;
    }
    void reply.header('content-type', 'application/json; charset=utf-8');
    return data.toBytes('{"success":true,"data":', `,"timestamp":"${timestamp}"}`);
  }
}
