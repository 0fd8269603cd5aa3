import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { SuccessEnvelope } from '@moolai/contracts';
import { map, type Observable } from 'rxjs';
import { Clock } from '../clock/clock.js';

/** Wraps a handler's result into the success envelope (contract section 2). */
@Injectable()
export class EnvelopeInterceptor implements NestInterceptor<unknown, SuccessEnvelope<unknown>> {
  constructor(private readonly clock: Clock) {}

  intercept(_context: ExecutionContext, next: CallHandler<unknown>): Observable<SuccessEnvelope<unknown>> {
    return next
      .handle()
      .pipe(map((data) => ({ success: true, data, timestamp: this.clock.now().toISOString() })));
  }
}
