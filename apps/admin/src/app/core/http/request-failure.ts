import { HttpErrorResponse } from '@angular/common/http';
import {
  ERROR_TYPES,
  isJsonObject,
  type ErrorEnvelope,
  type ErrorType,
  type FieldError,
} from '@moolai/contracts';
import { TimeoutError } from 'rxjs';

/** The controller answered, and the answer is an error. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly type: ErrorType,
    /** What the controller says, for a person to read. */
    readonly detail: string,
    /** Names this request in the controller's log; null when something else answered. */
    readonly requestId: string | null,
    readonly fields: readonly FieldError[] = [],
  ) {
    super(detail);
  }
}

/** Nobody answered in time, or only a proxy that could not reach the controller. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';

  constructor(readonly isTimeout = false) {
    super(isTimeout ? 'The controller did not respond in time.' : 'The controller cannot be reached.');
  }
}

/** Every way in which a request can fail. */
export type RequestFailure = ApiError | NetworkError;

/** True when the controller answers, but has had too much of this person's for now. */
export function isRateLimited(failure: RequestFailure): boolean {
  return failure instanceof ApiError && failure.type === 'rate_limited';
}

/** What a proxy in front of the controller says when the controller is away. */
const PROXY_STATUSES = new Set([502, 503, 504]);
/** Of these, those that the controller never gives; the shipped nginx gives them in the API's form. */
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
  const detail = `The response did not come from the controller (HTTP ${status}).`;
  return new ApiError('internal_error', detail, requestId);
}

/** The failure that the answer to a `fetch` says. */
export async function responseFailure(response: Response): Promise<RequestFailure> {
  const body: unknown = await response.json().catch(() => undefined);
  return failureOf(response.status, body, response.headers.get('x-request-id'));
}

/** Turns whatever a request threw into one of the two failures that the console knows. */
export function toRequestFailure(error: unknown): RequestFailure {
  if (error instanceof ApiError || error instanceof NetworkError) return error;
  if (error instanceof HttpErrorResponse) {
    return failureOf(error.status, error.error, error.headers.get('x-request-id'));
  }
  if (error instanceof TimeoutError) return new NetworkError(true);
  return new ApiError('internal_error', 'The console could not read the response.', null);
}
