import type { JsonObject, JsonValue } from '@moolai/contracts';
import fc from 'fast-check';
import { canonicalJson } from '../../platform/json/canonical-json.js';
import { sameJson } from '../../platform/json/same-json.js';
import { configHash, effectiveConfig, mergePatch } from './effective-config.js';

const OWN = {
  features: {},
  session_config: {},
  privacy_mode: null,
  monitoring_enabled: null,
  phoenix_endpoint: null,
};
const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<JsonValue>;

const object = fc.dictionary(fc.string({ maxLength: 3 }), json) as fc.Arbitrary<JsonObject>;

/** Levels that agree on which values are objects, and delete nothing. */
const { layer } = fc.letrec<{ layer: JsonObject; scalar: JsonValue }>((tie) => ({
  scalar: fc.constantFrom<JsonValue>(true, 1, 'x', [null], [{ a: 1 }]),
  layer: fc
    .record(
      { a: tie('scalar'), b: tie('scalar'), o: fc.option(tie('layer'), { nil: {}, maxDepth: 3 }) },
      { requiredKeys: [] },
    )
    .map((value) => value as JsonObject),
}));

/** True if there is a null outside of arrays. */
function hasNullMember(value: JsonValue): boolean {
  if (value === null) return true;
  return typeof value === 'object' && !Array.isArray(value) && Object.values(value).some(hasNullMember);
}

/** The same value with the keys of every object in reverse order. */
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

  it('is idempotent, and does not modify its arguments', () => {
    fc.assert(
      fc.property(json, json, (target, patch) => {
        const before = JSON.stringify([target, patch]);
        const once = mergePatch(target, patch);
        expect(mergePatch(once, patch)).toEqual(once);
        expect(JSON.stringify([target, patch])).toBe(before);
      }),
    );
  });

  it('is associative as long as no level deletes a value or changes its kind', () => {
    fc.assert(
      fc.property(layer, layer, layer, (fleet, organization, own) => {
        const downwards = mergePatch(mergePatch(fleet, organization), own);
        const upwards = mergePatch(fleet, mergePatch(organization, own));
        expect(downwards).toEqual(upwards);
      }),
    );
  });

  it('must merge from the fleet down if a level deletes', () => {
    const [fleet, organization, own] = [{ a: { x: 1 } }, { a: null }, { a: { y: 1 } }];
    expect(mergePatch(mergePatch(fleet, organization), own)).toEqual({ a: { y: 1 } });
    expect(mergePatch(fleet, mergePatch(organization, own))).toEqual({ a: { x: 1, y: 1 } });
  });

  it('leaves nulls only in arrays, and keeps every value of the patch', () => {
    fc.assert(
      fc.property(object, object, (target, patch) => {
        const merged = mergePatch(mergePatch({}, target), patch) as JsonObject;
        expect(hasNullMember(merged)).toBe(false);
        for (const [key, value] of Object.entries(patch)) {
          expect(Object.hasOwn(merged, key)).toBe(value !== null);
        }
      }),
    );
  });

  it('treats "__proto__" as an ordinary key', () => {
    const patch = JSON.parse('{"__proto__":{"polluted":true}}') as JsonObject;
    const merged = mergePatch({}, patch) as JsonObject;
    expect(Object.keys(merged)).toEqual(['__proto__']);
    expect(({} as JsonObject)['polluted']).toBeUndefined();
  });
});

describe('effectiveConfig', () => {
  it('gives the orchestrator precedence over the organization, and that over the fleet', () => {
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

  it('inherits unset values, and keeps false', () => {
    const settings = { privacy_mode: true, monitoring_enabled: true, phoenix_endpoint: 'http://phoenix' };
    expect(effectiveConfig({}, settings, { ...OWN, privacy_mode: false })).toMatchObject({
      privacy_mode: false,
      monitoring_enabled: true,
      phoenix_endpoint: 'http://phoenix',
    });
  });

  it('has objects for features and session_config, whatever the upper levels have', () => {
    for (const above of [null, 'text', 5, [1]]) {
      const settings = { features: above, session_config: above };
      expect(effectiveConfig({}, settings, OWN)).toMatchObject({ features: {}, session_config: {} });
    }
  });

  it('does not modify the levels', () => {
    fc.assert(
      fc.property(object, object, object, object, (defaults, settings, features, session_config) => {
        const levels = [defaults, settings, { ...OWN, features, session_config }] as const;
        const before = JSON.stringify(levels);
        effectiveConfig(...levels);
        expect(JSON.stringify(levels)).toBe(before);
      }),
    );
  });
});

describe('canonicalJson', () => {
  it('is JSON of the same value, without white space', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value);
        expect(sameJson(JSON.parse(text) as JsonValue, value)).toBe(true);
        expect(text.length).toBe(JSON.stringify(value).length);
      }),
    );
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
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(configHash({ a }) === configHash({ a: b })).toBe(sameJson(a, b));
      }),
    );
  });

  it('does not depend on the level of a value', () => {
    fc.assert(
      fc.property(layer, layer, (a, b) => {
        const fromAbove = effectiveConfig(a, b, OWN);
        const together = effectiveConfig({}, mergePatch(a, b) as JsonObject, OWN);
        expect(configHash(fromAbove)).toBe(configHash(together));
      }),
    );
  });

  it('survives the database and the wire', () => {
    fc.assert(
      fc.property(object, (config) => {
        expect(configHash(JSON.parse(JSON.stringify(config)) as JsonObject)).toBe(configHash(config));
      }),
    );
  });
});
