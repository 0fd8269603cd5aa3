import { HttpException } from '@nestjs/common';
import { ERROR_STATUS, ERROR_TYPES, type ErrorType } from '@moolai/contracts';
import { WorkAbandonedError } from '../database/work.js';
import { isConnectionRefused } from '../database/connection-problem.js';
import { QueueFull } from '../batching/batch-queue.js';
import { AppError, UnavailableError } from './app-error.js';

/**
 * SQLSTATEs that say something about the server and nothing about the data, so that the same statement may
 * succeed later: no connection (08), a full disk or no memory (53), a restart (57P), a cancelled statement
 * (57014), a lock that did not come (55P03, 40001, 40P01), a server or session that only reads (25006), an
 * object that is not ready (55000), a sequence at its end (2200H), a right that the role has lost (42501), a fault of the
 * system or of a file (58, XX).
 */
const UNAVAILABLE_SQLSTATE = /^(08|53|57P|58|XX|57014|55P03|55000|40001|40P01|25006|2200H|42501)/;
/** What PostgreSQL says of data that it will never take, and what a trigger of the operator says (P0001). */
const REFUSED_SQLSTATE = /^(22|23|54|P0001)/;
/** When a request that found no usable database may come again. */
const RETRY_AFTER_SEC = 5;
/** A lock was not let go in time, or two changes waited for each other: nothing was changed. */
const HELD_SQLSTATE = /^(55P03|40001|40P01)$/;
/** The server has ended a statement that took too long, or the controller has given it up. */
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
  // No descriptor is left to reach it with.
  'EMFILE',
  'ENFILE',
]);
const UNAVAILABLE_MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|timeout expired|not queryable|not currently accepting connections|Driver not Connected|Query read timeout|Query runner already released/;

/** True when `error` says that PostgreSQL cannot be reached right now. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof UnavailableError || error instanceof WorkAbandonedError) return true;
  const { code, driverError } = error as { code?: unknown; driverError?: unknown };
  if (typeof code === 'string' && (UNAVAILABLE_SYSTEM_CODES.has(code) || UNAVAILABLE_SQLSTATE.test(code))) {
    return true;
  }
  if (isTakenNumber(error)) return true;
  // A password or a certificate that is being replaced: the next connection may come about.
  if (isConnectionRefused(error)) return true;
  if (UNAVAILABLE_MESSAGES.test(error.message)) return true;
  return driverError !== undefined && driverError !== error && isDatabaseUnavailable(driverError);
}

/**
 * True when a number that the database itself has drawn is taken: its sequence is behind the table, as after a
 * move that left the sequences out. The next number may be free.
 */
function isTakenNumber(error: object): boolean {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  return code === '23505' && typeof constraint === 'string' && NUMBERED_KEYS.has(constraint);
}

/** Primary keys whose values come from a sequence. */
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

/** True when the server has ended a statement because it took too long. */
export function isStatementTooLong(error: unknown): boolean {
  const { code, driverError } = error as { code?: unknown; driverError?: { code?: unknown } };
  return code === TOO_LONG_SQLSTATE || driverError?.code === TOO_LONG_SQLSTATE;
}

/** True when the database has judged the data itself, so that it would refuse the same data again. */
export function isRefusedData(error: unknown): boolean {
  if (!(error instanceof Error) || isDatabaseUnavailable(error)) return false;
  const { code, driverError } = error as { code?: unknown; driverError?: unknown };
  if (typeof code === 'string' && REFUSED_SQLSTATE.test(code)) return true;
  return driverError !== undefined && driverError !== error && isRefusedData(driverError);
}

/** What is said of an error by which {@link isDatabaseUnavailable}; undefined for any other. */
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

/** What Fastify says of a request that never reached a handler (body too large, not JSON …). */
function fromFrameworkError(error: Error & { statusCode: number }): AppError {
  const type = typeOfStatus(error.statusCode);
  return new AppError(type, type === 'internal_error' ? 'Something went wrong.' : error.message);
}

/** A database that answers and refuses, or is slow, is a different trouble from one that is away. */
function whyUnavailable(error: unknown): string {
  const { code = (error as { driverError?: { code?: unknown } }).driverError?.code } = error as {
    code?: unknown;
  };
  if (code === TOO_LONG_SQLSTATE || (error as Error).message === TOO_LONG_MESSAGE) {
    return 'The database could not do it in time: it is slow, or something else holds what this concerns.';
  }
  if (typeof code === 'string' && HELD_SQLSTATE.test(code)) {
    return 'The database could not do it, since something else holds what it concerns.';
  }
  const isRefusal = typeof code === 'string' && /^(53[12]|58|XX|25006|2200H|23505|42501)/.test(code);
  return isRefusal
    ? 'The database cannot store anything right now.'
    : 'The database cannot be reached right now.';
}

/** By then a batch or two are through. */
const QUEUE_RETRY_SEC = 2;

/**
 * Turns anything thrown into an {@link AppError}. What has no meaning to the caller becomes an
 * `internal_error` whose detail says nothing of the inside.
 */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof HttpException) {
    return new AppError(typeOfStatus(error.getStatus()), error.message);
  }
  if (error instanceof QueueFull) {
    const detail = 'Too much waits to be stored right now; try again shortly.';
    return new AppError('unavailable', detail, undefined, QUEUE_RETRY_SEC);
  }
  const unavailable = unavailability(error);
  if (unavailable) return unavailable;
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number') {
    return fromFrameworkError(error as Error & { statusCode: number });
  }
  return new AppError('internal_error', 'Something went wrong; the request id names it in the log.');
}
