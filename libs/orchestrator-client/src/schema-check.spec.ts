import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ORCHESTRATOR_MESSAGE_SCHEMAS, type JsonObject, type JsonValue } from '@moolai/contracts';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { whyRefused } from './schema-check.js';

interface SchemaCase {
  name: string;
  schema: JsonObject;
  fits: JsonValue[];
  refused: JsonValue[];
  leftOutBy?: string[];
}

// The API's and the console's schema checks are tested with the same table.
const CASES = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../libs/contracts/fixtures/json-schema-cases.json'), 'utf8'),
) as SchemaCase[];

const SCHEMA = ORCHESTRATOR_MESSAGE_SCHEMAS.monitoring;

/** Valid, nearly valid and invalid values. */
const text = fc.oneof(
  { weight: 30, arbitrary: fc.string({ minLength: 1, maxLength: 20 }) },
  { weight: 1, arbitrary: fc.constantFrom('', 'x'.repeat(200), '😀'.repeat(200), 'x'.repeat(256)) },
);
const number = fc.oneof(
  { weight: 20, arbitrary: fc.nat() },
  { weight: 1, arbitrary: fc.constantFrom(-1, 0.5, 1e12, 1e13, 2 ** 53, NaN) },
);
const anything = fc.oneof(text, number, fc.constant(null), fc.constant([]), fc.constant({}));
function maybe<T>(value: fc.Arbitrary<T>) {
  return fc.oneof({ weight: 40, arbitrary: value }, { weight: 1, arbitrary: anything });
}

const message = fc.record(
  {
    type: fc.constant('monitoring'),
    orchestrator_id: maybe(fc.constantFrom('orch-1', 'orch-2', 'orch-3', 'a b')),
    client_message_id: maybe(text),
    timestamp: maybe(text),
    metrics: maybe(fc.dictionary(maybe(text).map(String), maybe(number))),
    usage: maybe(
      fc.array(
        maybe(
          fc.record(
            { model: maybe(text), requests: maybe(number), cost_usd: maybe(number) },
            { requiredKeys: [] },
          ),
        ),
        { maxLength: 3 },
      ),
    ),
    health_status: maybe(fc.constant({ status: 'ok' })),
  },
  { requiredKeys: ['type', 'orchestrator_id'] },
);

describe('whyRefused', () => {
  it("refuses exactly what the controller's schema refuses", () => {
    const isValid = new Ajv({ keywords: ['x-max-bytes'] }).compile(SCHEMA);
    let validCount = 0;
    let count = 0;
    fc.assert(
      fc.property(message, (value) => {
        // As parsed from the wire, where NaN is null.
        const read: unknown = JSON.parse(JSON.stringify(value));
        const isStorable = !/\\u0000|\\ud[89a-f]/.test(JSON.stringify(value));
        fc.pre(isStorable);
        count += 1;
        validCount += Number(isValid(read));
        expect([whyRefused(SCHEMA, read), read]).toEqual([
          isValid(read) ? undefined : (expect.any(String) as string),
          read,
        ]);
      }),
      { numRuns: 2_000 },
    );
    // Both outcomes were covered.
    expect(validCount).toBeGreaterThan(200);
    expect(count - validCount).toBeGreaterThan(200);
  });

  it.each([
    ['NUL', { a: ['\u0000'] }],
    ['NUL in a key', { 'a\u0000': 1 }],
    ['a lone surrogate', { a: '\ud83d' }],
  ])('refuses %s, which PostgreSQL cannot store', (_, health_status) => {
    const value = { type: 'monitoring', orchestrator_id: 'a', metrics: {}, health_status };
    expect(whyRefused(SCHEMA, value)).toEqual(expect.any(String));
  });

  it('refuses more than 32 levels of nesting, and no less', () => {
    const nested = (levels: number): object => (levels === 0 ? {} : { a: nested(levels - 1) });
    const value = (levels: number) => ({
      type: 'recommendation',
      orchestrator_id: 'a',
      recommendation: nested(levels),
    });
    expect(whyRefused(ORCHESTRATOR_MESSAGE_SCHEMAS.recommendation, value(30))).toBeUndefined();
    expect(whyRefused(ORCHESTRATOR_MESSAGE_SCHEMAS.recommendation, value(31))).toMatch(/nested/);
  });
});

describe("whyRefused, with the API's table of cases,", () => {
  it.each(CASES)('agrees with the API: $name', ({ schema, fits, refused, leftOutBy = [] }) => {
    const fitting = (value: JsonValue): boolean =>
      whyRefused({ properties: { value: schema } }, { value }) === undefined;
    expect(fits.filter((value) => !fitting(value))).toEqual([]);
    expect(refused.filter(fitting)).toEqual(leftOutBy.includes('client') ? refused : []);
  });
});
