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
  /** As `minLength: 1`, with the error text "should not be empty". */
  notEmpty?: boolean;
  /**
   * Which characters it may have: by default those that PostgreSQL can store. `any` is for what is only compared, and
   * `no NUL` for texts of a query.
   */
  characters?: 'storable' | 'no NUL' | 'any';
  /** Checks the type last, so a number is refused with another text. Only for fields that always did so. */
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

/** A text of a certain form. */
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

/** The id of an organization or orchestrator, or the type of a message. */
export function IdField(options: FieldOptions): PropertyDecorator {
  return PatternField(ID_PATTERN, options);
}

/** A UUID, which the controller made. */
export function UuidField(options: FieldOptions): PropertyDecorator {
  return field({ type: 'string', format: 'uuid' }, [IsUUID()], options);
}

/** An e-mail address; that of a machine without a top-level domain is one too. */
export function EmailField(options: FieldOptions & { maxLength: number }): PropertyDecorator {
  const { maxLength } = options;
  const rules = [MaxLength(maxLength), IsEmail({ require_tld: false })];
  return field({ type: 'string', format: 'email', maxLength }, rules, options);
}

/** A time in ISO 8601; UTC when it names no zone. */
export function TimeField(options: FieldOptions = {}): PropertyDecorator {
  return field({ type: 'string', format: 'date-time' }, [IsTime()], { example: A_TIME, ...options });
}

/** One of several texts. */
export function EnumField(values: readonly string[], options: FieldOptions = {}): PropertyDecorator {
  return field({ type: 'string', enum: [...values] }, [IsIn(values)], options);
}
