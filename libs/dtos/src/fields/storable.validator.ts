import { isJsonObject, whyNotStorable } from '@moolai/contracts';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';

/** Returns why a value cannot be stored as a JSON object; undefined if it can. */
function whyNotObject(value: unknown, maxBytes: number): string | undefined {
  if (!isJsonObject(value)) return 'must be an object';
  const reason = whyNotStorable(value);
  if (reason !== undefined) return `cannot be stored: ${reason}`;
  const bytes = new TextEncoder().encode(JSON.stringify(value)).length;
  return bytes > maxBytes ? `must not be larger than ${maxBytes} bytes` : undefined;
}

/**
 * An object that PostgreSQL can store: no NUL, no lone surrogates, limited nesting and size. It is passed on unchanged,
 * because class-transformer silently drops keys such as `toString` or `valueOf`.
 */
export function IsStorableObject({ maxBytes = Infinity }: { maxBytes?: number } = {}): PropertyDecorator {
  const takeAsItCame = Transform(({ obj, key }: { obj: Record<string, unknown>; key: string }) => obj[key], {
    toClassOnly: true,
  });
  const validate = ValidateBy({
    name: 'isStorableObject',
    validator: {
      validate: (value: unknown) => whyNotObject(value, maxBytes) === undefined,
      defaultMessage: (info) =>
        `${info?.property ?? 'it'} ${whyNotObject(info?.value, maxBytes) ?? 'is refused'}`,
    },
  });
  return (target, property) => {
    takeAsItCame(target, property);
    validate(target, property);
  };
}

/** A text that PostgreSQL can store. */
export function IsStorableText(): PropertyDecorator {
  return ValidateBy({
    name: 'isStorableText',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && whyNotStorable(value) === undefined,
      defaultMessage: (info) => `${info?.property ?? 'it'} must be a text without NUL and of valid Unicode`,
    },
  });
}

/** Limits of a map of texts. */
export interface TextMapLimits {
  keys: RegExp;
  maxEntries: number;
  maxLength: number;
}

/** An object whose members are strings. */
export function IsTextMap({ keys, maxEntries, maxLength }: TextMapLimits): PropertyDecorator {
  const isEntry = ([key, value]: [string, unknown]): boolean =>
    keys.test(key) &&
    typeof value === 'string' &&
    value.length <= maxLength &&
    whyNotStorable(value) === undefined;
  return ValidateBy({
    name: 'isTextMap',
    constraints: [maxEntries, maxLength],
    validator: {
      validate: (value: unknown) =>
        isJsonObject(value) &&
        Object.keys(value).length <= maxEntries &&
        Object.entries(value).every(isEntry),
      defaultMessage: (info) =>
        `${info?.property ?? 'it'} must be an object of at most ${maxEntries} texts of up to ${maxLength} ` +
        `characters, with keys that match ${keys.source}`,
    },
  });
}
