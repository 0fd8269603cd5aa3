/**
 * The form of every identifier on every wire: `organization_id`, `orchestrator_id`, message types and
 * label keys (contract section 2). Starts with a letter or digit, at most 50 characters.
 */
export const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,49}$/;

/** Longest accepted identifier, in characters. */
export const ID_MAX_LENGTH = 50;

/** The form of the names of environment variables that an orchestrator is given. */
export const VARIABLE_PATTERN = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;

/** The organization of an orchestrator that registers without naming one (contract section 3). */
export const DEFAULT_ORGANIZATION_ID = 'org-001';

/** True when `value` is a string of the form of {@link ID_PATTERN}. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && ID_PATTERN.test(value);
}
