import { HttpException } from '@nestjs/common';
import { ERROR_STATUS, ERROR_TYPES, type ErrorType } from '@moolai/contracts';
import { AppError } from './app-error.js';

/** SQLSTATE classes that mean "the server is away or overloaded", not "the statement is wrong". */
const UNAVAILABLE_SQLSTATE = /^(08|53|57P)/;
const UNAVAILABLE_SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
const UNAVAILABLE_MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|not queryable|not currently accepting connections|Driver not Connected|Query read timeout/;

/** True when `error` says that PostgreSQL cannot be reached right now. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, driverError } = error as { code?: unknown; driverError?: unknown };
  if (typeof code === 'string' && (UNAVAILABLE_SYSTEM_CODES.has(code) || UNAVAILABLE_SQLSTATE.test(code))) {
    return true;
  }
  if (UNAVAILABLE_MESSAGES.test(error.message)) return true;
  return driverError !== undefined && driverError !== error && isDatabaseUnavailable(driverError);
}

function typeOfStatus(status: number): ErrorType {
  const type = ERROR_TYPES.find((candidate) => ERROR_STATUS[candidate] === status);
  if (type) return type;
  return status < 500 ? 'validation_error' : 'internal_error';
}

/** What Fastify says of a request that never reached a handler (body too large, not JSON …). */
function fromFrameworkError(error: Error & { statusCode: number }): AppError {
  const type = typeOfStatus(error.statusCode);
  return new AppError(type, type === 'internal_error' ? 'Something went wrong.' : error.message);
}

/**
 * Turns anything thrown into an {@link AppError}. What has no meaning to the caller becomes an
 * `internal_error` whose detail says nothing of the inside.
 */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof HttpException) {
    return new AppError(typeOfStatus(error.getStatus()), error.message);
  }
  if (isDatabaseUnavailable(error)) {
    return new AppError('unavailable', 'The database cannot be reached right now; try again shortly.');
  }
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number') {
    return fromFrameworkError(error as Error & { statusCode: number });
  }
  return new AppError('internal_error', 'Something went wrong; the request id names it in the log.');
}
