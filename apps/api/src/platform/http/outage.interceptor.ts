import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { exhaustMap, interval, mergeMap, NEVER, race, throwError, type Observable } from 'rxjs';
import { DatabaseProbe } from '../database/database-probe.js';
import { AppError } from '../errors/app-error.js';

/** A request that takes longer is suspected to wait for a database that does not answer any more. */
const SUSPICIOUS_MS = 1_000;
const PROBE_PATIENCE_MS = 700;

/**
 * Answers 503 within two seconds when the database hangs. One that is stopped refuses connections and
 * fails by itself; one that is frozen, or behind a dead link, would hold a request until its statement
 * times out. A request that merely takes long goes on.
 */
@Injectable()
export class OutageInterceptor implements NestInterceptor {
  constructor(private readonly probe: DatabaseProbe) {}

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const outage = interval(SUSPICIOUS_MS).pipe(
      exhaustMap(() => this.probe.latencyMs(PROBE_PATIENCE_MS)),
      mergeMap((latencyMs) => (latencyMs === null && this.isSilent() ? throwError(databaseAway) : NEVER)),
    );
    return race(next.handle(), outage);
  }

  /** A database that answers others is not away, however long it takes for this one. */
  private isSilent(): boolean {
    return !this.probe.hasAnsweredWithin(PROBE_PATIENCE_MS);
  }
}

function databaseAway(): AppError {
  return new AppError('unavailable', 'The database does not answer right now; try again shortly.');
}
