import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsInt, IsNumber, Max, Min } from 'class-validator';
import { field, type FieldOptions } from './field.js';

export interface NumberOptions extends FieldOptions {
  min?: number;
  max?: number;
}

export interface QueryOptions {
  /** The value comes from the URL, where every value is a string. */
  inQuery?: boolean;
}

function limits({ min, max }: NumberOptions): { rules: PropertyDecorator[]; schema: object } {
  return {
    rules: [...(max === undefined ? [] : [Max(max)]), ...(min === undefined ? [] : [Min(min)])],
    schema: {
      ...(min !== undefined && { minimum: min }),
      ...(max !== undefined && { maximum: max }),
    },
  };
}

export interface IntegerOptions extends NumberOptions, QueryOptions {
  /** It may exceed 32 bits; without this, generated clients would read it into an `int`. */
  large?: boolean;
}

/** A whole number. */
export function IntegerField(options: IntegerOptions): PropertyDecorator {
  const { rules, schema } = limits(options);
  return field(
    { type: 'integer', ...(options.large && { format: 'int64' }), ...schema },
    [...(options.inQuery ? [Type(() => Number)] : []), ...rules, IsInt()],
    options,
  );
}

/** A count. */
export function CountField(options: FieldOptions = {}): PropertyDecorator {
  return IntegerField({ large: true, example: 0, ...options });
}

/** A number that may have a fraction. */
export function DecimalField(options: NumberOptions & { decimals?: number }): PropertyDecorator {
  const { rules, schema } = limits(options);
  const { decimals } = options;
  const isNumber = IsNumber(decimals === undefined ? {} : { maxDecimalPlaces: decimals });
  return field({ type: 'number', ...schema }, [...rules, isNumber], options);
}

/** Leaves any other text unchanged, for the validator to refuse. */
function toBoolean({ value }: { value: unknown }): unknown {
  if (value === 'true') return true;
  return value === 'false' ? false : value;
}

/** True or false. */
export function BooleanField(options: FieldOptions & QueryOptions): PropertyDecorator {
  const rules = [...(options.inQuery ? [Transform(toBoolean)] : []), IsBoolean()];
  return field({ type: 'boolean' }, rules, options);
}
