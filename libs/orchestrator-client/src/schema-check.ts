import { isJsonObject, type JsonObject } from '@moolai/contracts';

/** The controller refuses deeper nesting. */
const MAX_DEPTH = 32;

/**
 * Returns why the controller would refuse a message, or undefined if no reason is known.
 *
 * The controller's `error` does not say which message it refers to (contract section 3), so the client checks
 * beforehand. It knows the keywords that the contract uses; unknown keywords are left to the controller.
 *
 * @param schema one of `ORCHESTRATOR_MESSAGE_SCHEMAS`
 * @param message the parsed frame
 */
export function whyRefused(schema: unknown, message: unknown): string | undefined {
  return whyNotValid(schema, message, '') ?? whyNotStorable(message, 0);
}

function whyNotValid(schema: unknown, value: unknown, path: string): string | undefined {
  if (!isJsonObject(schema)) return undefined;
  const what = path || 'the message';
  if ('type' in schema && !isOfType(schema['type'], value))
    return `${what} must be of type ${JSON.stringify(schema['type'])}`;
  if (typeof value === 'string') return whyTextNotValid(schema, value, what);
  if (typeof value === 'number') return whyNumberNotValid(schema, value, what);
  if (Array.isArray(value)) return whyArrayNotValid(schema, value, path);
  return isJsonObject(value) ? whyObjectNotValid(schema, value, path) : undefined;
}

function isOfType(type: unknown, value: unknown): boolean {
  switch (type) {
    case 'object':
      return isJsonObject(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type;
    default:
      return true;
  }
}

function whyTextNotValid(schema: JsonObject, value: string, what: string): string | undefined {
  const { pattern } = schema;
  const least = Number(schema['minLength'] ?? 0);
  const most = Number(schema['maxLength'] ?? Infinity);
  // JSON Schema counts code points; counting them costs a copy, so do it only when it can decide.
  const mayDecide = value.length > most || value.length < 2 * least;
  const length = mayDecide ? [...value].length : value.length;
  if (length < least) return `${what} is too short`;
  if (length > most) return `${what} is longer than ${most} characters`;
  const isForm = typeof pattern !== 'string' || new RegExp(pattern, 'u').test(value);
  return isForm ? undefined : `${what} must match ${pattern}`;
}

function whyNumberNotValid(schema: JsonObject, value: number, what: string): string | undefined {
  const { minimum, maximum } = schema;
  const isWithin = value >= Number(minimum ?? -Infinity) && value <= Number(maximum ?? Infinity);
  return isWithin ? undefined : `${what} is out of range`;
}

function whyArrayNotValid(schema: JsonObject, value: unknown[], path: string): string | undefined {
  if (value.length > Number(schema['maxItems'] ?? Infinity)) return `${path} has too many items`;
  return firstReason(value.entries(), ([index, item]) =>
    whyNotValid(schema['items'], item, join(path, String(index))),
  );
}

function whyObjectNotValid(schema: JsonObject, value: JsonObject, path: string): string | undefined {
  const { required, properties, additionalProperties, propertyNames, maxProperties } = schema;
  const keys = Object.keys(value);
  if (keys.length > Number(maxProperties ?? Infinity)) return `${path} has too many members`;
  const missing = Array.isArray(required)
    ? required.find((key) => typeof key === 'string' && !Object.hasOwn(value, key))
    : null;
  if (typeof missing === 'string') return `${join(path, missing)} is missing`;
  return firstReason(keys, (key) => {
    const isKnown = isJsonObject(properties) && Object.hasOwn(properties, key);
    const member = isKnown ? properties[key] : additionalProperties;
    return (
      whyNotValid(propertyNames, key, `a name in ${path}`) ?? whyNotValid(member, value[key], join(path, key))
    );
  });
}

/** PostgreSQL cannot store these values, whatever the schema allows. */
function whyNotStorable(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') {
    if (value.includes('\u0000')) return 'a text has a NUL character';
    return value.isWellFormed() ? undefined : 'a text is not valid Unicode';
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth >= MAX_DEPTH) return `it is nested deeper than ${MAX_DEPTH} levels`;
  return firstReason(
    Object.entries(value),
    ([key, member]) => whyNotStorable(key, depth) ?? whyNotStorable(member, depth + 1),
  );
}

function firstReason<T>(values: Iterable<T>, reasonOf: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const reason = reasonOf(value);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function join(path: string, key: string): string {
  return path ? `${path}.${key}` : key;
}
