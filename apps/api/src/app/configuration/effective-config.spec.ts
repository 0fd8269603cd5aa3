import type { JsonObject, JsonValue } from '@moolai/contracts';
import fc from 'fast-check';
import { configHash, effectiveConfig, mergePatch } from './effective-config.js';

const OWN = {
  features: {},
  session_config: {},
  privacy_mode: null,
  monitoring_enabled: null,
  phoenix_endpoint: null,
};
const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<JsonValue>;

/** The same value with the keys of every object in the opposite order. */
function reversed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

describe('mergePatch', () => {
  // The examples of RFC 7396, appendix A.
  it.each<[JsonValue, JsonValue, JsonValue]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j patched with %j is %j', (target, patch, expected) => {
    expect(mergePatch(target, patch)).toEqual(expected);
  });

  it('gives the same when applied twice, and leaves its arguments alone', () => {
    fc.assert(
      fc.property(json, json, (target, patch) => {
        const before = JSON.stringify([target, patch]);
        const once = mergePatch(target, patch);
        expect(mergePatch(once, patch)).toEqual(once);
        expect(JSON.stringify([target, patch])).toBe(before);
      }),
    );
  });

  it('takes a key "__proto__" as a key', () => {
    const patch = JSON.parse('{"__proto__":{"polluted":true}}') as JsonObject;
    const merged = mergePatch({}, patch) as JsonObject;
    expect(Object.keys(merged)).toEqual(['__proto__']);
    expect(({} as JsonObject)['polluted']).toBeUndefined();
  });
});

describe('effectiveConfig', () => {
  it('lets the orchestrator overlay the organization, and that the fleet', () => {
    const config = effectiveConfig(
      { session_config: { max_tokens: 1, temperature: 1 }, privacy_mode: true },
      { session_config: { max_tokens: 2 }, features: { a: true } },
      { ...OWN, session_config: { max_tokens: 3 }, monitoring_enabled: true },
    );
    expect(config).toEqual({
      features: { a: true },
      session_config: { max_tokens: 3, temperature: 1 },
      privacy_mode: true,
      monitoring_enabled: true,
    });
  });
});

describe('configHash', () => {
  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(configHash({ value: reversed(value) })).toBe(configHash({ value }));
      }),
    );
  });

  it('tells different configurations apart', () => {
    expect(configHash({ a: 1 })).not.toBe(configHash({ a: '1' }));
  });
});
