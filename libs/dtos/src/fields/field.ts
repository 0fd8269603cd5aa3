import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { IsOptional, ValidateIf } from 'class-validator';

/** Options that every kind of field takes. */
export interface FieldOptions {
  example?: unknown;
  description?: string;
  default?: unknown;
  /** The field may be absent. */
  optional?: boolean;
  /** The field may be null. */
  nullable?: boolean;
  /**
   * Null counts as absent although the contract does not offer null. Only for fields that have always accepted it;
   * `field-descriptions.spec.ts` lists them.
   */
  nullIsAbsent?: boolean;
}

/** Options that only the document uses. */
type Described = 'example' | 'description' | 'default' | 'nullable';

function presence({ optional, nullable, nullIsAbsent }: FieldOptions): PropertyDecorator[] {
  if (optional) {
    return nullable || nullIsAbsent
      ? [IsOptional()]
      : [ValidateIf((_, value: unknown) => value !== undefined)];
  }
  return nullable ? [ValidateIf((_, value: unknown) => value !== null)] : [];
}

/** Omits unset options: Swagger would overwrite the values that it infers with `undefined`. */
function described(options: FieldOptions): Pick<FieldOptions, Described> {
  const { example, description, default: byDefault, nullable } = options;
  return {
    ...(example !== undefined && { example }),
    ...(description !== undefined && { description }),
    ...(byDefault !== undefined && { default: byDefault }),
    ...(nullable && { nullable }),
  };
}

/**
 * One field of the wire: its transformation, validation and schema. The `rules` are checked in order; the first that
 * fails determines the error text.
 */
export function field(
  schema: object,
  rules: readonly PropertyDecorator[],
  options: FieldOptions,
): PropertyDecorator {
  const api = { ...schema, ...described(options), required: !options.optional } as ApiPropertyOptions;
  const decorators = [ApiProperty(api), ...presence(options), ...rules];
  return (target, key) => {
    for (const decorate of decorators) decorate(target, key);
  };
}
