import type { Type as ClassOf } from '@nestjs/common';
import { ID_PATTERN } from '@moolai/contracts';
import { ApiExtraModels, getSchemaPath } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  Allow,
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsObject,
  IsString,
  Matches,
  ValidateNested,
} from 'class-validator';
import { field, type FieldOptions } from './field.js';
import { IsStorableObject, IsTextMap, type TextMapLimits } from './storable.validator.js';

/** An object with its own fields. */
export function ObjectField(model: ClassOf, options: FieldOptions = {}): PropertyDecorator {
  return field({ type: () => model }, [Type(() => model), ValidateNested()], options);
}

/** An object with any members. */
export function JsonObjectField({
  maxBytes,
  ...options
}: FieldOptions & { maxBytes?: number }): PropertyDecorator {
  return field({ type: 'object', additionalProperties: true }, [IsStorableObject({ maxBytes })], options);
}

/** An object whose members are objects of one class, under arbitrary names. */
export function MapOf(model: ClassOf, options: FieldOptions): PropertyDecorator {
  const schema = { type: 'object' as const, additionalProperties: { $ref: getSchemaPath(model) } };
  const describe = field(schema, [IsObject()], options);
  return (target, key) => {
    ApiExtraModels(model)(target.constructor);
    describe(target, key);
  };
}

/** Any JSON. `anyOf` keeps Swagger from writing a type; `createOpenApi` removes it. */
export function AnyJsonField(options: FieldOptions): PropertyDecorator {
  return field({ anyOf: [] }, [Allow()], options);
}

/** An object whose members are strings. OpenAPI 3.0 cannot describe the format of the keys. */
export function TextMapField(options: FieldOptions & Partial<TextMapLimits>): PropertyDecorator {
  const { keys = /^/, maxEntries, maxLength } = options;
  const schema = {
    type: 'object' as const,
    additionalProperties: { type: 'string', ...(maxLength !== undefined && { maxLength }) },
    ...(maxEntries !== undefined && { maxProperties: maxEntries }),
  };
  const rule = IsTextMap({ keys, maxEntries: maxEntries ?? Infinity, maxLength: maxLength ?? Infinity });
  return field(schema, [rule], options);
}

export interface ListOptions extends FieldOptions {
  maxItems?: number;
  unique?: boolean;
}

/** The items of a list: objects of a class, ids, texts, or texts from a fixed set. */
export type ListItem = ClassOf | 'id' | 'text' | readonly string[];

function itemsOf(item: ListItem): { schema: object; rules: PropertyDecorator[] } {
  if (typeof item === 'function') {
    return { schema: { type: [item] }, rules: [Type(() => item), ValidateNested({ each: true })] };
  }
  const list = (items: object): object => ({ type: 'array', items: { type: 'string', ...items } });
  if (item === 'id') {
    return { schema: list({ pattern: ID_PATTERN.source }), rules: [Matches(ID_PATTERN, { each: true })] };
  }
  if (item === 'text') return { schema: list({}), rules: [IsString({ each: true })] };
  return { schema: list({ enum: [...item] }), rules: [IsIn(item, { each: true })] };
}

/** A list. */
export function ListOf(item: ListItem, options: ListOptions = {}): PropertyDecorator {
  const { maxItems, unique } = options;
  const { schema, rules } = itemsOf(item);
  return field(
    {
      ...schema,
      ...(maxItems !== undefined && { maxItems }),
      ...(unique && { uniqueItems: true }),
    },
    [
      IsArray(),
      ...(maxItems === undefined ? [] : [ArrayMaxSize(maxItems)]),
      ...(unique ? [ArrayUnique()] : []),
      ...rules,
    ],
    options,
  );
}
