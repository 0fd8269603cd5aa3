import { ID_PATTERN } from '@moolai/contracts';
import { IsEmail, IsIn, IsNotEmpty, IsString, IsUUID, Matches, MaxLength, MinLength } from 'class-validator';
import { field, type FieldOptions } from './field.js';
import { IsStorableText } from './storable.validator.js';
import { IsTime } from './time.validator.js';

const NO_NUL = /^[^\u0000]*$/;
const A_TIME = '2026-11-23T20:00:00.000Z';

export interface TextOptions extends FieldOptions {
  minLength?: number;
  maxLength?: number;
  /** Same as `minLength: 1`, but with the error text "should not be empty". */
  notEmpty?: boolean;
  /**
   * Allowed characters; defaults to those that PostgreSQL can store. `any` is for texts that are only compared, `no
   * NUL` for texts in a query.
   */
  characters?: 'storable' | 'no NUL' | 'any';
  /** Checks the type last, so that a number is refused with a different text. Only for fields that always did so. */
  typeLast?: boolean;
}

function characterRules(characters: TextOptions['characters']): PropertyDecorator[] {
  if (characters === 'any') return [];
  if (characters === 'no NUL') {
    return [Matches(NO_NUL, { message: '$property must not contain a NUL character' })];
  }
  return [IsStorableText()];
}

/** A text. */
export function TextField(options: TextOptions): PropertyDecorator {
  const { minLength, maxLength, notEmpty, characters, typeLast } = options;
  const rules = [
    IsString(),
    ...(notEmpty ? [IsNotEmpty()] : []),
    ...(minLength === undefined ? [] : [MinLength(minLength)]),
    ...(maxLength === undefined ? [] : [MaxLength(maxLength)]),
    ...characterRules(characters),
  ];
  const shortest = notEmpty ? 1 : minLength;
  const schema = {
    type: 'string',
    ...(shortest !== undefined && { minLength: shortest }),
    ...(maxLength !== undefined && { maxLength }),
    ...(characters === 'no NUL' && { pattern: NO_NUL.source }),
  };
  return field(schema, typeLast ? rules.toReversed() : rules, options);
}

/** A text in a fixed format. */
export function PatternField(
  pattern: RegExp,
  options: FieldOptions & { maxLength?: number },
): PropertyDecorator {
  const { maxLength } = options;
  const rules = [...(maxLength === undefined ? [] : [MaxLength(maxLength)]), Matches(pattern)];
  const schema = {
    type: 'string',
    pattern: pattern.source,
    ...(maxLength !== undefined && { maxLength }),
  };
  return field(schema, rules, options);
}

/** The id of an organization or orchestrator, or a message type. */
export function IdField(options: FieldOptions): PropertyDecorator {
  return PatternField(ID_PATTERN, options);
}

/** A UUID created by the controller. */
export function UuidField(options: FieldOptions): PropertyDecorator {
  return field({ type: 'string', format: 'uuid' }, [IsUUID()], options);
}

/** An e-mail address. Domains without a dot, such as host names, are allowed. */
export function EmailField(options: FieldOptions & { maxLength: number }): PropertyDecorator {
  const { maxLength } = options;
  const rules = [MaxLength(maxLength), IsEmail({ require_tld: false })];
  return field({ type: 'string', format: 'email', maxLength }, rules, options);
}

/** An ISO 8601 time; UTC if it has no zone. */
export function TimeField(options: FieldOptions = {}): PropertyDecorator {
  return field({ type: 'string', format: 'date-time' }, [IsTime()], { example: A_TIME, ...options });
}

/** One of a fixed set of texts. */
export function EnumField(values: readonly string[], options: FieldOptions = {}): PropertyDecorator {
  return field({ type: 'string', enum: [...values] }, [IsIn(values)], options);
}
