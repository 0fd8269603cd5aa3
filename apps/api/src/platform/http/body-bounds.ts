import { whyTextNotStorable } from '@moolai/contracts';
import { AppError } from '../errors/app-error.js';

/** Deeper than any document of the API, which ends at PostgreSQL's limit of 32 levels. */
const MAX_DEPTH = 64;
/** More fields than any body of the API has; later steps take time for each of them. */
const MAX_FIELDS = 200;

/**
 * Refuses a body that has more fields, or is nested deeper, than later steps can process. Works level by level, because
 * recursion is what such a body would overflow.
 * @throws AppError `validation_error`
 */
export function assertBounded(body: unknown): void {
  if (typeof body === 'object' && body !== null && Object.keys(body).length > MAX_FIELDS) {
    throw new AppError('validation_error', `The body has more than ${MAX_FIELDS} fields.`);
  }
  let level = [body];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) {
      throw new AppError('validation_error', `The body is nested deeper than ${MAX_DEPTH} levels.`);
    }
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? (Object.values(value) as unknown[]) : [],
    );
  }
}

/**
 * Refuses texts that PostgreSQL could not store or compare: NUL or a lone surrogate in a value or a field name. Runs
 * after {@link assertBounded}, and also checks fields that no DTO describes.
 * @throws AppError `validation_error` naming the field
 */
export function assertStorable(value: unknown, field: string): void {
  if (typeof value === 'string') refuseUnstorable(value, field);
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    refuseUnstorable(name, field);
    assertStorable(member, field === '' ? name : `${field}.${name}`);
  }
}

function refuseUnstorable(text: string, field: string): void {
  const reason = whyTextNotStorable(text);
  if (reason === undefined) return;
  const detail = `${field || 'the request'} cannot be stored: ${reason}`;
  throw new AppError('validation_error', detail, field ? [{ field, detail }] : []);
}
