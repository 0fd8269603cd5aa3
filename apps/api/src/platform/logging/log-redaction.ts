import { isSecretName, withoutUrlPasswords } from '../secrets/secret-names.js';

const CENSOR = '[redacted]';
/** Deeper than any logged value; also ends cycles. */
const MAX_DEPTH = 6;

/** An error as logged. */
interface LoggedError {
  type: string;
  message: string;
  stack: string | undefined;
  code?: string;
  query?: string;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function clean(value: unknown, depth: number): unknown {
  if (value instanceof Error) return describeError(value);
  if (Array.isArray(value)) return depth === MAX_DEPTH ? CENSOR : value.map((one) => clean(one, depth + 1));
  if (!isPlain(value)) return value;
  return depth === MAX_DEPTH ? CENSOR : withoutSecrets(value, depth + 1);
}

/** The fields of a line, without the values of fields with a secret's name, at any depth. */
export function withoutSecrets(fields: Record<string, unknown>, depth = 0): Record<string, unknown> {
  const cleaned: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    const isHidden = value !== null && value !== undefined && isSecretName(name);
    cleaned[name] = isHidden ? CENSOR : clean(value, depth);
  }
  return cleaned;
}

/**
 * The logged fields of an error. Only these: database errors contain statement parameters and whole rows, which are
 * often secret.
 */
export function describeError(error: Error): LoggedError {
  const { code, query } = error as { code?: unknown; query?: unknown };
  return {
    type: error.constructor.name,
    message: withoutUrlPasswords(error.message),
    stack: error.stack === undefined ? undefined : withoutUrlPasswords(error.stack),
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof query === 'string' ? { query } : {}),
  };
}
