import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject, JsonValue } from '@moolai/contracts';
import { AppError } from '../../platform/errors/app-error.js';
import { assertAllowed, ConfigChecker, MAX_CONFIG_BYTES } from './config-limits.js';
import { configHash } from './effective-config.js';
import type { ComputedConfig } from './effective-configs.js';

interface SchemaCase {
  name: string;
  schema: JsonObject;
  fits: JsonValue[];
  refused: JsonValue[];
  leftOutBy?: string[];
}

// The console's and the client library's schema checks are tested with the same table.
const CASES = JSON.parse(
  readFileSync(
    join(import.meta.dirname, '../../../../../libs/contracts/fixtures/json-schema-cases.json'),
    'utf8',
  ),
) as SchemaCase[];

const SCHEMAS = {
  session_config: {
    type: 'object',
    required: ['max_tokens'],
    properties: {
      max_tokens: { type: 'integer', minimum: 1, maximum: 100 },
      limits: { type: 'object', additionalProperties: { type: 'number' } },
    },
  },
  features: { type: 'object', additionalProperties: { type: 'boolean' } },
};

function computed(config: JsonObject): ComputedConfig {
  return { config, hash: configHash(config), json: JSON.stringify(config) };
}

function refusal(schemas: object): AppError {
  try {
    new ConfigChecker(schemas);
  } catch (error) {
    return error as AppError;
  }
  throw new Error('the schemas were accepted');
}

describe('ConfigChecker', () => {
  it('accepts a valid configuration', () => {
    const checker = new ConfigChecker(SCHEMAS);
    const config = computed({
      features: { a: true },
      session_config: { max_tokens: 1, limits: { x: 0.5 }, more: 'free' },
      privacy_mode: false,
      custom: { of: 'a fleet' },
    });
    expect(checker.complaints(config)).toEqual([]);
    expect(checker.levelComplaints(config)).toEqual([]);
  });

  it('reports all errors with their paths', () => {
    const config = computed({
      features: { a: 'yes' },
      session_config: { max_tokens: 0, limits: { x: 'much' } },
    });
    expect(new ConfigChecker(SCHEMAS).complaints(config)).toEqual([
      { field: 'session_config.max_tokens', detail: 'session_config.max_tokens must be >= 1' },
      { field: 'session_config.limits.x', detail: 'session_config.limits.x must be number' },
      { field: 'features.a', detail: 'features.a must be boolean' },
    ]);
  });

  it('checks required fields on an orchestrator, but not on a level that others complete', () => {
    const checker = new ConfigChecker(SCHEMAS);
    const config = computed({ features: {}, session_config: {} });
    expect(checker.complaints(config)).toEqual([
      { field: 'session_config', detail: "session_config must have required property 'max_tokens'" },
    ]);
    expect(checker.levelComplaints(config)).toEqual([]);
    const wrong = computed({ features: {}, session_config: { limits: { x: 'much' } } });
    expect(checker.levelComplaints(wrong)).toHaveLength(1);
  });

  it.each<[string, JsonObject]>([
    ['privacy_mode', { privacy_mode: 'false' }],
    ['monitoring_enabled', { monitoring_enabled: 0 }],
    ['phoenix_endpoint', { phoenix_endpoint: { host: 'phoenix' } }],
    ['features', { features: [] }],
    ['session_config', { session_config: 'default' }],
  ])('checks the type of %s without a schema', (field, config) => {
    const complaints = new ConfigChecker({}).complaints(computed(config));
    expect(complaints.map((complaint) => complaint.field)).toEqual([field]);
  });

  it('refuses what does not fit into a frame, to the byte', () => {
    const checker = new ConfigChecker({});
    const around = JSON.stringify({ filler: '' }).length;
    const fits = computed({ filler: 'x'.repeat(MAX_CONFIG_BYTES - around) });
    expect(checker.complaints(fits)).toEqual([]);
    const tooLarge = computed({ filler: 'x'.repeat(MAX_CONFIG_BYTES - around + 1) });
    expect(checker.complaints(tooLarge)).toEqual([
      { field: 'config', detail: `the configuration is larger than ${MAX_CONFIG_BYTES} bytes` },
    ]);
  });

  it('counts bytes, not characters', () => {
    const config = computed({ filler: 'ü'.repeat(MAX_CONFIG_BYTES / 2) });
    expect(new ConfigChecker({}).complaints(config)).toHaveLength(1);
  });

  it.each<[string, object]>([
    ['of an unknown type', { features: { type: 'flag' } }],
    ['with a reference to elsewhere', { features: { $ref: 'https://example.com/schema.json' } }],
    ['with a pattern that is none', { features: { patternProperties: { '(': { type: 'string' } } } }],
    ['that would answer later', { features: { $async: true } }],
  ])('refuses a schema %s', (_, schemas) => {
    const error = refusal(schemas);
    expect(error.type).toBe('validation_error');
    expect(error.message).toMatch(/^schemas\.features is not a JSON Schema: /);
    expect(error.fields?.[0]?.field).toBe('schemas.features');
  });

  it('limits the number of errors', () => {
    const features = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`f${index}`, 1]));
    const config = computed({ features, session_config: { max_tokens: 1 } });
    expect(new ConfigChecker(SCHEMAS).complaints(config)).toHaveLength(20);
  });
});

describe('assertAllowed', () => {
  it('throws a validation error with the subject and all errors', () => {
    const complaints = [
      { field: 'features.a', detail: 'features.a must be boolean' },
      { field: 'features.b', detail: 'features.b must be boolean' },
    ];
    const error = new AppError(
      'validation_error',
      'The configuration of orch-001 would not be valid: features.a must be boolean.',
      complaints,
    );
    expect(() => assertAllowed('orch-001', complaints)).toThrow(error);
    expect(() => assertAllowed('orch-001', [])).not.toThrow();
  });
});

describe('a schema of the fleet', () => {
  it.each(CASES)('is interpreted as in JSON Schema: $name', ({ schema, fits, refused }) => {
    const checker = new ConfigChecker({ session_config: { properties: { value: schema } } });
    const fitting = (value: JsonValue): boolean =>
      checker.complaints(computed({ session_config: { value } })).length === 0;
    expect([fits.filter((value) => !fitting(value)), refused.filter(fitting)]).toEqual([[], []]);
  });
});
