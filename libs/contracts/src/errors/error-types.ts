/** The error types of the REST envelope and their HTTP status (contract section 2). */
export const ERROR_STATUS = {
  validation_error: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  payload_too_large: 413,
  rate_limited: 429,
  internal_error: 500,
  unavailable: 503,
} as const;

/** One of the error types of the REST envelope. */
export type ErrorType = keyof typeof ERROR_STATUS;

/** Every error type, for schemas and exhaustive tests. */
export const ERROR_TYPES = Object.keys(ERROR_STATUS) as ErrorType[];
