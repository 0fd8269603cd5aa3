import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { catchError, exhaustMap, interval, mergeMap, NEVER, Observable, race, throwError } from 'rxjs';
import type { Principal } from '../access/principal.js';
import { DatabaseProbe } from '../database/database-probe.js';
import { within, Work } from '../database/work.js';
import { UnavailableError } from '../errors/app-error.js';
import { unavailability } from '../errors/error-translation.js';

/** A request that takes longer may be waiting for a database that no longer answers. */
const SUSPICIOUS_MS = 1_000;
const PROBE_PATIENCE_MS = 700;
const RETRY_AFTER_SEC = 2;
/** Methods that change nothing. */
const READS = new Set(['GET', 'HEAD']);

type Request = FastifyRequest & { user?: Principal };

/**
 * Answers 503 within two seconds when the database hangs, and states in every 503 whether something was changed. A
 * stopped database refuses connections and fails by itself; a frozen one, or one behind a dead link, would hold a
 * request until its statement times out. An answered request is abandoned: it stops waiting for a connection, and a
 * transaction without a commit is rolled back. A request that is merely slow continues.
 */
@Injectable()
export class OutageInterceptor implements NestInterceptor {
  constructor(private readonly probe: DatabaseProbe) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { method, user } = context.switchToHttp().getRequest<Request>();
    const work = new Work(user ? `${user.kind}:${user.id}` : 'anonymous');
    const outage = interval(SUSPICIOUS_MS).pipe(
      exhaustMap(() => this.probe.latencyMs(PROBE_PATIENCE_MS)),
      mergeMap((latencyMs) => {
        if (latencyMs !== null || !this.isSilent()) return NEVER;
        work.abandon();
        return throwError(
          () => new UnavailableError('The database does not answer right now.', RETRY_AFTER_SEC),
        );
      }),
    );
    return race(handledAs(work, next), outage).pipe(
      catchError((error: unknown) => throwError(() => (READS.has(method) ? error : withAdvice(error, work)))),
    );
  }

  /** A database that answers others is reachable, however long this request takes. */
  private isSilent(): boolean {
    return !this.probe.hasAnsweredWithin(PROBE_PATIENCE_MS);
  }
}

/** Runs the handler as `work`, which ends with the handler even if the request was answered before. */
function handledAs(work: Work, next: CallHandler): Observable<unknown> {
  return new Observable((subscriber) => {
    const handling = within(work, () => next.handle()).subscribe({
      next: (value) => subscriber.next(value),
      error: (error) => {
        work.end();
        subscriber.error(error);
      },
      complete: () => {
        work.end();
        subscriber.complete();
      },
    });
    return () => {
      if (!work.wasAbandoned) handling.unsubscribe();
    };
  });
}

/** Adds whether the change was made, so that the client knows whether to retry. */
function withAdvice(error: unknown, work: Work): unknown {
  const unavailable = unavailability(error);
  if (!unavailable) return error;
  const { reason, retryAfterSec = RETRY_AFTER_SEC } = unavailable;
  const advice =
    work.verdict === 'undone'
      ? `Nothing was changed; try again in ${retryAfterSec} s.`
      : 'It is unknown whether the change was made: check before you send it again.';
  return new UnavailableError(reason, retryAfterSec, advice);
}
