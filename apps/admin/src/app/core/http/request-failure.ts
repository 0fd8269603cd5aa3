import { HttpErrorResponse } from '@angular/common/http';
import {
  ERROR_TYPES,
  isJsonObject,
  type ErrorEnvelope,
  type ErrorType,
  type FieldError,
} from '@moolai/contracts';
import { TimeoutError } from 'rxjs';
import { CORE_TEXTS } from '../core.texts';

const TEXTS = CORE_TEXTS.failures;

/** An error answered by the controller. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly type: ErrorType,
    /** The controller's text for the user. */
    readonly detail: string,
    /** Identifies the request in the controller's log; null if something else answered. */
    readonly requestId: string | null,
    readonly fields: readonly FieldError[] = [],
  ) {
    super(detail);
  }
}

/** No answer in time, or only from a proxy that could not reach the controller. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';

  constructor(readonly isTimeout = false) {
    super(isTimeout ? TEXTS.timeout : TEXTS.unreachable);
  }
}

/** All ways in which a request can fail. */
export type RequestFailure = ApiError | NetworkError;

/** True if the controller refused because of a rate limit. */
export function isRateLimited(failure: RequestFailure): boolean {
  return failure instanceof ApiError && failure.type === 'rate_limited';
}

/** Answers of a proxy in front of an unreachable controller. */
const PROXY_STATUSES = new Set([502, 503, 504]);
/** Those that the controller never sends; the shipped nginx sends them with an envelope. */
const ONLY_PROXY_STATUSES = new Set([502, 504]);

function isErrorEnvelope(body: unknown): body is ErrorEnvelope {
  return (
    isJsonObject(body) &&
    body['success'] === false &&
    ERROR_TYPES.some((type) => type === body['error']) &&
    typeof body['detail'] === 'string'
  );
}

function failureOf(status: number, body: unknown, requestId: string | null): RequestFailure {
  if (isErrorEnvelope(body) && !ONLY_PROXY_STATUSES.has(status)) {
    return new ApiError(body.error, body.detail, body.request_id, body.errors ?? []);
  }
  if (status === 0 || PROXY_STATUSES.has(status)) return new NetworkError();
  return new ApiError('internal_error', TEXTS.notFromController(status), requestId);
}

/** The failure in an answer to `fetch`. */
export async function responseFailure(response: Response): Promise<RequestFailure> {
  const body: unknown = await response.json().catch(() => undefined);
  return failureOf(response.status, body, response.headers.get('x-request-id'));
}

/** Converts any error of a request into one of the console's two failures. */
export function toRequestFailure(error: unknown): RequestFailure {
  if (error instanceof ApiError || error instanceof NetworkError) return error;
  if (error instanceof HttpErrorResponse) {
    return failureOf(error.status, error.error, error.headers.get('x-request-id'));
  }
  if (error instanceof TimeoutError) return new NetworkError(true);
  return new ApiError('internal_error', TEXTS.unreadable, null);
}
