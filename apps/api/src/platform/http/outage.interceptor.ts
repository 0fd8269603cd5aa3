import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { catchError, exhaustMap, interval, mergeMap, NEVER, Observable, race, throwError } from 'rxjs';
import type { Principal } from '../access/principal.js';
import { DatabaseProbe } from '../database/database-probe.js';
import { within, Work } from '../database/work.js';
import { UnavailableError } from '../errors/app-error.js';
import { unavailability } from '../errors/error-translation.js';

/** A request that takes longer is suspected to wait for a database that does not answer any more. */
const SUSPICIOUS_MS = 1_000;
const PROBE_PATIENCE_MS = 700;
const RETRY_AFTER_SEC = 2;
/** Methods that change nothing. */
const READS = new Set(['GET', 'HEAD']);

type Request = FastifyRequest & { user?: Principal };

/**
 * Answers 503 within two seconds when the database hangs, and says of every 503 whether something was changed. A
 * database that is stopped refuses connections and fails by itself; one that is frozen, or behind a dead link, would
 * hold a request until its statement times out. What is answered is given up: it waits for no connection any more, and
 * a transaction that was not told to commit is undone. A request that merely takes long goes on.
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
      catchError((error: unknown) => throwError(() => (READS.has(method) ? error : told(error, work)))),
    );
  }

  /** A database that answers others is not away, however long it takes for this one. */
  private isSilent(): boolean {
    return !this.probe.hasAnsweredWithin(PROBE_PATIENCE_MS);
  }
}

/** Runs the handler as `work`, which ends with it, whether anybody still waits for the answer or not. */
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

/** Whoever asked for a change must know whether to ask again. */
function told(error: unknown, work: Work): unknown {
  const unavailable = unavailability(error);
  if (!unavailable) return error;
  const { reason, retryAfterSec = RETRY_AFTER_SEC } = unavailable;
  const advice =
    work.verdict === 'undone'
      ? `Nothing was changed; try again in ${retryAfterSec} s.`
      : 'It is not known whether the change was made: look before you send it again.';
  return new UnavailableError(reason, retryAfterSec, advice);
}
