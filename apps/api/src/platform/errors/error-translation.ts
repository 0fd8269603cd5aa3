import { HttpException } from '@nestjs/common';
import { ERROR_STATUS, ERROR_TYPES, type ErrorType } from '@moolai/contracts';
import { WorkAbandonedError } from '../database/work.js';
import { isConnectionRefused } from '../database/connection-problem.js';
import { QueueFull } from '../batching/batch-queue.js';
import { AppError, UnavailableError } from './app-error.js';

/**
 * SQLSTATEs about the server rather than the data, so that the same statement may succeed later: no connection (08), a
 * full disk or no memory (53), a restart (57P), a cancelled statement (57014), a lock timeout or deadlock (55P03,
 * 40001, 40P01), a read-only server or session (25006), an object that is not ready (55000), an exhausted sequence
 * (2200H), a lost right (42501), an error of the system or of a file (58, XX).
 */
const UNAVAILABLE_SQLSTATE = /^(08|53|57P|58|XX|57014|55P03|55000|40001|40P01|25006|2200H|42501)/;
/** SQLSTATEs for data that PostgreSQL will never accept, and for an operator's trigger (P0001). */
const REFUSED_SQLSTATE = /^(22|23|54|P0001)/;
/** Retry delay after a request that found no usable database. */
const RETRY_AFTER_SEC = 5;
/** A lock timeout or a deadlock: nothing was changed. */
const HELD_SQLSTATE = /^(55P03|40001|40P01)$/;
/** The server or the controller aborted a statement that took too long. */
const TOO_LONG_SQLSTATE = '57014';
const TOO_LONG_MESSAGE = 'Query read timeout';
const UNAVAILABLE_SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  // No file descriptor is left for a connection.
  'EMFILE',
  'ENFILE',
]);
const UNAVAILABLE_MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|timeout expired|not queryable|not currently accepting connections|Driver not Connected|Query read timeout|Query runner already released/;

/** True if `error` means that PostgreSQL is currently unavailable. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof UnavailableError || error instanceof WorkAbandonedError) return true;
  const { code, driverError } = error as { code?: unknown; driverError?: unknown };
  if (typeof code === 'string' && (UNAVAILABLE_SYSTEM_CODES.has(code) || UNAVAILABLE_SQLSTATE.test(code))) {
    return true;
  }
  if (isTakenNumber(error)) return true;
  // A password or certificate is being replaced: the next connection may succeed.
  if (isConnectionRefused(error)) return true;
  if (UNAVAILABLE_MESSAGES.test(error.message)) return true;
  return driverError !== undefined && driverError !== error && isDatabaseUnavailable(driverError);
}

/**
 * True if a generated number is already taken: the sequence is behind the table, as after a move without sequences. The
 * next number may be free.
 */
function isTakenNumber(error: object): boolean {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  return code === '23505' && typeof constraint === 'string' && NUMBERED_KEYS.has(constraint);
}

/** Primary keys with values from a sequence. */
const NUMBERED_KEYS = new Set([
  'orchestrator_messages_pkey',
  'orchestrator_instances_pkey',
  'metric_names_pkey',
  'enrolment_tokens_pkey',
  'configuration_revisions_pkey',
  'independence_grants_pkey',
  'independence_observations_pkey',
  'audit_pending_pkey',
]);

/** True if the server aborted a statement because it took too long. */
export function isStatementTooLong(error: unknown): boolean {
  const { code, driverError } = error as { code?: unknown; driverError?: { code?: unknown } };
  return code === TOO_LONG_SQLSTATE || driverError?.code === TOO_LONG_SQLSTATE;
}

/** True if the database rejected the data itself and would reject it again. */
export function isRefusedData(error: unknown): boolean {
  if (!(error instanceof Error) || isDatabaseUnavailable(error)) return false;
  const { code, driverError } = error as { code?: unknown; driverError?: unknown };
  if (typeof code === 'string' && REFUSED_SQLSTATE.test(code)) return true;
  return driverError !== undefined && driverError !== error && isRefusedData(driverError);
}

/** The answer for an error of {@link isDatabaseUnavailable}; undefined for other errors. */
export function unavailability(error: unknown): UnavailableError | undefined {
  if (error instanceof UnavailableError) return error;
  return isDatabaseUnavailable(error)
    ? new UnavailableError(whyUnavailable(error), RETRY_AFTER_SEC)
    : undefined;
}

function typeOfStatus(status: number): ErrorType {
  const type = ERROR_TYPES.find((candidate) => ERROR_STATUS[candidate] === status);
  if (type) return type;
  return status < 500 ? 'validation_error' : 'internal_error';
}

/** Converts Fastify's error for a request that did not reach a handler (body too large, not JSON …). */
function fromFrameworkError(error: Error & { statusCode: number }): AppError {
  const type = typeOfStatus(error.statusCode);
  return new AppError(type, type === 'internal_error' ? 'Something went wrong.' : error.message);
}

/** A database that refuses or is slow is a different problem from an unreachable one. */
function whyUnavailable(error: unknown): string {
  const { code = (error as { driverError?: { code?: unknown } }).driverError?.code } = error as {
    code?: unknown;
  };
  if (code === TOO_LONG_SQLSTATE || (error as Error).message === TOO_LONG_MESSAGE) {
    return 'The database did not finish in time: it is slow, or another statement holds a lock.';
  }
  if (typeof code === 'string' && HELD_SQLSTATE.test(code)) {
    return 'The database could not do it, because another statement holds a lock.';
  }
  const isRefusal = typeof code === 'string' && /^(53[12]|58|XX|25006|2200H|23505|42501)/.test(code);
  return isRefusal
    ? 'The database cannot store anything right now.'
    : 'The database cannot be reached right now.';
}

/** Long enough for one or two batches. */
const QUEUE_RETRY_SEC = 2;

/**
 * Converts any thrown value into an {@link AppError}. Errors not meant for the caller become an `internal_error` that
 * reveals no internals.
 */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof HttpException) {
    return new AppError(typeOfStatus(error.getStatus()), error.message);
  }
  if (error instanceof QueueFull) {
    const detail = 'Too much is waiting to be stored; try again shortly.';
    return new AppError('unavailable', detail, undefined, QUEUE_RETRY_SEC);
  }
  const unavailable = unavailability(error);
  if (unavailable) return unavailable;
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number') {
    return fromFrameworkError(error as Error & { statusCode: number });
  }
  return new AppError('internal_error', 'Something went wrong; the request id names it in the log.');
}
