import 'reflect-metadata';
import { ApiProperty } from '@nestjs/swagger';
import { getMetadataStorage, IsOptional, Matches, Max, MaxLength } from 'class-validator';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata.js';
import * as dtos from './index.js';
import { EnumField, IdField, IntegerField, ListOf, TextField } from './fields/index.js';

type ClassOf = new () => object;
type Facts = Record<string, unknown>;

/** Fields that treat null as absent although the contract does not offer null. Kept for existing clients. */
const NULL_IS_ABSENT = [
  'ConfigRollbackDto.comment',
  'CreateEnrolmentTokenDto.max_uses',
  'CreateOrchestratorDto.organization_id',
  'LoginDto.use_cookie',
  'RefreshDto.refresh_token',
  'RevisionRollbackDto.comment',
  'SendMessageDto.expires_in_sec',
  'SetConfigDto.comment',
  'SetOrchestratorIndependenceDto.keep_lease',
  'SetOrganizationIndependenceDto.apply_to_existing',
  'SetSettingsDto.comment',
];

/** The JSON Schema equivalent of each class-validator rule. Rules without an equivalent yield no facts. */
const MEANING: Record<string, (...constraints: unknown[]) => Facts> = {
  allowList: () => ({}),
  arrayMaxSize: (maxItems) => ({ maxItems }),
  arrayUnique: () => ({ uniqueItems: true }),
  isArray: () => ({ type: 'array' }),
  isBoolean: () => ({ type: 'boolean' }),
  isEmail: () => ({ type: 'string', format: 'email' }),
  isIn: (values) => ({ type: 'string', enum: values }),
  isInt: () => ({ type: 'integer' }),
  isNotEmpty: () => ({ minLength: 1 }),
  isNumber: () => ({ type: 'number' }),
  isObject: () => ({ type: 'object' }),
  isStorableObject: () => ({ type: 'object' }),
  isStorableText: () => ({ type: 'string' }),
  isString: () => ({ type: 'string' }),
  isTextMap: (maxProperties, maxLength) => ({
    type: 'object',
    maxProperties,
    additionalProperties: { type: 'string', maxLength },
  }),
  isTime: () => ({ type: 'string', format: 'date-time' }),
  isUuid: () => ({ type: 'string', format: 'uuid' }),
  matches: (pattern) => ({ type: 'string', pattern: (pattern as RegExp).source }),
  max: (maximum) => ({ maximum }),
  maxLength: (maxLength) => ({ maxLength }),
  min: (minimum) => ({ minimum }),
  minLength: (minLength) => ({ minLength }),
  nestedValidation: () => ({ type: 'model' }),
};

function meaningOf(rule: ValidationMetadata): Facts {
  const name = rule.name ?? rule.type;
  const meaning = MEANING[rule.type === 'whitelistValidation' ? 'allowList' : name];
  if (!meaning) throw new Error(`The rule "${name}" is not described: add it to MEANING.`);
  return meaning(...((rule.constraints ?? []) as unknown[]));
}

/** The constraints that the validator enforces. */
function enforced(rules: ValidationMetadata[]): Facts {
  const isCondition = ({ type }: ValidationMetadata): boolean => type === 'conditionalValidation';
  const skips = (value: unknown): boolean =>
    rules.some(
      (rule) => isCondition(rule) && !(rule.constraints[0] as (...a: unknown[]) => boolean)({}, value),
    );
  const facts: Facts = { required: !skips(undefined), nullable: skips(null) };
  const items: Facts = {};
  for (const rule of rules.filter((one) => !isCondition(one))) {
    Object.assign(rule.each ? items : facts, meaningOf(rule));
  }
  return plain({ ...facts, ...(Object.keys(items).length > 0 && { items }) });
}

/** The constraints in the document. */
function described(schema: Facts): Facts {
  const { type, isArray, items, additionalProperties, ...more } = schema;
  const kept = [
    'format',
    'pattern',
    'enum',
    'minLength',
    'maxLength',
    'minimum',
    'maximum',
    'maxItems',
    'uniqueItems',
  ];
  const facts: Facts = {
    required: schema['required'] ?? true,
    nullable: schema['nullable'] ?? false,
    maxProperties: schema['maxProperties'],
    ...Object.fromEntries(kept.map((key) => [key, more[key]])),
  };
  if (facts['format'] === 'int64') delete facts['format'];
  const isList = isArray === true || Array.isArray(type);
  const item = Array.isArray(type) ? (type[0] as unknown) : type;
  if (isList) return plain({ ...facts, type: 'array', items: { type: typeName(item) } });
  if (typeof additionalProperties === 'object' && !('$ref' in (additionalProperties as Facts))) {
    facts['additionalProperties'] = additionalProperties;
  }
  return plain({ ...facts, type: 'anyOf' in schema ? undefined : typeName(type), items });
}

function typeName(type: unknown): unknown {
  if (typeof type === 'string' || type === undefined) return type;
  const names = new Map<unknown, string>([
    [String, 'string'],
    [Number, 'number'],
    [Boolean, 'boolean'],
  ]);
  return names.get(type) ?? 'model';
}

/** Drops undefined and infinite values and sorts by name. */
function plain(facts: Facts): Facts {
  return JSON.parse(
    JSON.stringify(facts, (_, value: unknown) => {
      if (typeof value === 'number' && !Number.isFinite(value)) return undefined;
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
      return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a.localeCompare(b)));
    }),
  ) as Facts;
}

function fieldsOf(dto: ClassOf): { rules: Map<string, ValidationMetadata[]>; schemas: Map<string, Facts> } {
  const rules = new Map<string, ValidationMetadata[]>();
  for (const rule of getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false)) {
    rules.set(rule.propertyName, [...(rules.get(rule.propertyName) ?? []), rule]);
  }
  const prototype = dto.prototype as object;
  const names = (Reflect.getMetadata('swagger/apiModelPropertiesArray', prototype) ?? []) as string[];
  const schemas = names.map((name): [string, Facts] => {
    const key = name.slice(1);
    return [key, Reflect.getMetadata('swagger/apiModelProperties', prototype, key) as Facts];
  });
  return { rules, schemas: new Map(schemas) };
}

/** The fields of a class whose validator and document disagree, with both sides. */
function driftOf(name: string, dto: ClassOf): string[] {
  const { rules, schemas } = fieldsOf(dto);
  return [...new Set([...rules.keys(), ...schemas.keys()])].flatMap((property) => {
    const field = `${name}.${property}`;
    const schema = schemas.get(property);
    const checks = rules.get(property);
    if (!schema || !checks) return [`${field}: ${schema ? 'no rule' : 'not in the document'}`];
    const wanted = enforced(checks);
    if (NULL_IS_ABSENT.includes(field)) wanted['nullable'] = false;
    const [validator, document] = [wanted, described(schema)].map((facts) => JSON.stringify(plain(facts)));
    return validator === document ? [] : [`${field}: validator ${validator}, document ${document}`];
  });
}

const classes = Object.entries(dtos).filter(
  (entry): entry is [string, ClassOf] => entry[0].endsWith('Dto') && typeof entry[1] === 'function',
);

describe('a DTO', () => {
  it.each(classes)('%s documents what its validator enforces', (name, dto) => {
    expect(driftOf(name, dto)).toEqual([]);
  });

  it('accepts null for an absent value only in the fields that always did', () => {
    const tolerant = classes.flatMap(([name, dto]) => {
      const { rules, schemas } = fieldsOf(dto);
      return [...rules]
        .filter(([property, checks]) => enforced(checks)['nullable'] && !schemas.get(property)?.['nullable'])
        .map(([property]) => `${name}.${property}`);
    });
    expect(tolerant.sort()).toEqual(NULL_IS_ABSENT);
  });
});

/** A class with one field that a second decorator changes on one side only. */
function drifted(field: PropertyDecorator, change: PropertyDecorator): ClassOf {
  class DriftedDto {}
  field(DriftedDto.prototype, 'value');
  change(DriftedDto.prototype, 'value');
  return DriftedDto;
}

describe('a drift', () => {
  const text = TextField({ maxLength: 10, example: 'a' });
  const number = IntegerField({ min: 1, max: 5, example: 1 });

  it.each<[string, PropertyDecorator, PropertyDecorator]>([
    ['a limit in the validator only', IntegerField({ example: 1 }), Max(5)],
    ['a length in the validator only', TextField({ example: 'a' }), MaxLength(5)],
    ['a pattern in the validator only', TextField({ example: 'a' }), Matches(/^a/)],
    ['a field that is optional in the validator only', text, IsOptional()],
    ['a different maximum in the document', number, ApiProperty({ maximum: 6 })],
    ['a different type in the document', number, ApiProperty({ type: 'number' })],
    ['a length in the document only', IdField({ example: 'a' }), ApiProperty({ maxLength: 5 })],
    ['a field that is optional in the document only', text, ApiProperty({ required: false })],
    ['a field that is nullable in the document only', text, ApiProperty({ nullable: true })],
    ['a different choice in the document', EnumField(['a', 'b']), ApiProperty({ enum: ['a'] })],
    [
      'a different number of items in the document',
      ListOf('id', { maxItems: 2 }),
      ApiProperty({ maxItems: 3 }),
    ],
    ['a field without rules', ApiProperty({ type: 'string' }), () => undefined],
    ['a field missing from the document', MaxLength(5), () => undefined],
  ])('is found: %s', (_, field, change) => {
    expect(driftOf('DriftedDto', drifted(field, change))).toHaveLength(1);
  });
});
