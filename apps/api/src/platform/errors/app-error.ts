import { ERROR_STATUS, type ErrorType, type FieldError } from '@moolai/contracts';

/** An error with a meaning to the caller: it becomes the envelope as it is. */
export class AppError extends Error {
  constructor(
    readonly type: ErrorType,
    detail: string,
    readonly fields?: FieldError[],
    /** When trying again makes sense, in seconds; becomes the header `Retry-After`. */
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

/** Nothing with that id that the caller may see (contract section 2: never 403, so that ids can't be probed). */
export class NotFoundError extends AppError {
  constructor(what: string, id: string) {
    super('not_found', `There is no ${what} "${id}".`);
  }
}

/** Something that is needed cannot be had for now. */
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
