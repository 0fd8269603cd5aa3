import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject, JsonValue } from '@moolai/contracts';
import { SchemaCheck } from './json-schema';

interface SchemaCase {
  name: string;
  schema: JsonObject;
  fits: JsonValue[];
  refused: JsonValue[];
  leftOutBy?: string[];
}

// The API's and the client library's schema checks are tested with the same table.
const CASES = JSON.parse(
  readFileSync(
    join(import.meta.dirname, '../../../../../../libs/contracts/fixtures/json-schema-cases.json'),
    'utf8',
  ),
) as SchemaCase[];

function messages(schema: JsonObject, value: JsonValue): string[] {
  return new SchemaCheck(schema).problems(value, ['features']).map(({ message }) => message);
}

describe('SchemaCheck', () => {
  const schema: JsonObject = {
    type: 'object',
    required: ['model'],
    additionalProperties: false,
    properties: {
      model: { enum: ['small', 'large'] },
      max_tokens: { type: 'integer', minimum: 1, maximum: 4096 },
      tags: { type: 'array', maxItems: 2, items: { type: 'string', pattern: '^[a-z]+$' } },
      limit: { $ref: '#/$defs/limit' },
      mode: { oneOf: [{ const: 'auto' }, { type: 'number' }] },
    },
    $defs: { limit: { exclusiveMinimum: 0 } },
  };

  it('accepts valid values, and missing ones, because another level may set them', () => {
    expect(messages(schema, { max_tokens: 5, tags: ['a'], limit: 1, mode: 'auto' })).toEqual([]);
    expect(messages(schema, { model: null })).toEqual([]);
  });

  it('reports the error at each place', () => {
    const value = { model: 'huge', max_tokens: 1.5, tags: ['a', 'B', 'c'], limit: 0, mode: 'x', more: 1 };

    expect(messages(schema, value)).toEqual([
      'features.model must be one of "small", "large"',
      'features.max_tokens must be integer',
      'features.tags must have at most 2 items',
      'features.tags.1 must match ^[a-z]+$',
      'features.limit must be greater than 0',
      'features.mode matches none of the alternatives in the schema',
      'features.more is not defined in the schema',
    ]);
  });

  it('leaves unsupported keywords to the controller', () => {
    expect(messages({ properties: { a: { pattern: '(', unevaluatedItems: false } } }, { a: 'x' })).toEqual(
      [],
    );
  });

  it('ends for a schema that refers to itself', () => {
    expect(messages({ allOf: [{ $ref: '#' }] }, {})).toEqual([]);
  });
});

describe("SchemaCheck, with the API's table of cases,", () => {
  it.each(CASES)('agrees with the API: $name', ({ schema, fits, refused, leftOutBy = [] }) => {
    const fitting = (value: JsonValue): boolean =>
      messages({ properties: { value: schema } }, { value }).length === 0;
    expect(fits.filter((value) => !fitting(value))).toEqual([]);
    expect(refused.filter(fitting)).toEqual(leftOutBy.includes('console') ? refused : []);
  });
});
