import { ERROR_STATUS, type ErrorType, type FieldError } from '@moolai/contracts';

/** An error that the caller may see; it is answered as the error envelope. */
export class AppError extends Error {
  constructor(
    readonly type: ErrorType,
    detail: string,
    readonly fields?: FieldError[],
    /** Seconds until a retry makes sense; sent as the header `Retry-After`. */
    readonly retryAfterSec?: number,
  ) {
    super(detail);
    this.name = 'AppError';
  }

  /** The HTTP status of its type. */
  get status(): number {
    return ERROR_STATUS[this.type];
  }
}

/**
 * Nothing with that id exists within the caller's scope (contract section 2: never 403, so that ids can't be probed).
 */
export class NotFoundError extends AppError {
  constructor(what: string, id: string) {
    super('not_found', `There is no ${what} "${id}".`);
  }
}

/** A required resource is temporarily unavailable. */
export class UnavailableError extends AppError {
  /** @param reason one sentence, such as "The controller is busy." */
  constructor(
    readonly reason: string,
    retryAfterSec: number,
    advice = `Try again in ${retryAfterSec} s.`,
  ) {
    super('unavailable', `${reason} ${advice}`, undefined, retryAfterSec);
  }
}
