import { isJsonObject, whyNotStorable } from '@moolai/contracts';
import { ValidateBy, type ValidationOptions } from 'class-validator';

/** An object that PostgreSQL can store: no NUL, no lone surrogates, no endless nesting. */
export function IsStorableObject(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isStorableObject',
      validator: {
        validate: (value: unknown) => isJsonObject(value) && whyNotStorable(value) === undefined,
        defaultMessage: (info) => {
          const reason = isJsonObject(info?.value) ? whyNotStorable(info.value) : undefined;
          return `${info?.property ?? 'it'} must be an object${reason ? ` that can be stored: ${reason}` : ''}`;
        },
      },
    },
    options,
  );
}

/** A text that PostgreSQL can store. */
export function IsStorableText(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isStorableText',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && whyNotStorable(value) === undefined,
        defaultMessage: (info) => `${info?.property ?? 'it'} must be a text without NUL and of valid Unicode`,
      },
    },
    options,
  );
}
