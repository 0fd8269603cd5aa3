import { AppError } from '../errors/app-error.js';

/** Deeper than any document of the API: what PostgreSQL is given ends at 32 levels. */
const MAX_DEPTH = 64;

/**
 * Refuses a body that is nested deeper than anything behind it can walk. Level by level, not by
 * recursion, which is what such a body goes for.
 * @throws AppError `validation_error`
 */
export function assertNotTooDeep(body: unknown): void {
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
