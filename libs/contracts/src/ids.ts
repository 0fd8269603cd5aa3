/**
 * The format of every identifier on the wire: `organization_id`, `orchestrator_id`, message types and label keys
 * (contract section 2). Starts with a letter or digit, at most 50 characters.
 */
export const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,49}$/;

/** Maximum length of an identifier, in characters. */
export const ID_MAX_LENGTH = 50;

/** The format of environment variable names that an orchestrator is given. */
export const VARIABLE_PATTERN = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;

/** The organization of an orchestrator that registers without an `organization_id` (contract section 3). */
export const DEFAULT_ORGANIZATION_ID = 'org-001';

/** True if `value` is a string that matches {@link ID_PATTERN}. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && ID_PATTERN.test(value);
}
