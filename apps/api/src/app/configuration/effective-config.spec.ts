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

/** Levels that agree on what is an object and what is not, and delete nothing. */
const { layer } = fc.letrec<{ layer: JsonObject; scalar: JsonValue }>((tie) => ({
  scalar: fc.constantFrom<JsonValue>(true, 1, 'x', [null], [{ a: 1 }]),
  layer: fc
    .record(
      { a: tie('scalar'), b: tie('scalar'), o: fc.option(tie('layer'), { nil: {}, maxDepth: 3 }) },
      { requiredKeys: [] },
    )
    .map((value) => value as JsonObject),
}));

/** True when there is a null that is not within an array. */
function hasNullMember(value: JsonValue): boolean {
  if (value === null) return true;
  return typeof value === 'object' && !Array.isArray(value) && Object.values(value).some(hasNullMember);
}

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

  it('lets levels be merged in any grouping, as long as none deletes or changes the kind of a value', () => {
    fc.assert(
      fc.property(layer, layer, layer, (fleet, organization, own) => {
        const downwards = mergePatch(mergePatch(fleet, organization), own);
        const upwards = mergePatch(fleet, mergePatch(organization, own));
        expect(downwards).toEqual(upwards);
      }),
    );
  });

  it('must be merged from the fleet down where a level deletes', () => {
    const [fleet, organization, own] = [{ a: { x: 1 } }, { a: null }, { a: { y: 1 } }];
    expect(mergePatch(mergePatch(fleet, organization), own)).toEqual({ a: { y: 1 } });
    expect(mergePatch(fleet, mergePatch(organization, own))).toEqual({ a: { x: 1, y: 1 } });
  });

  it('leaves no null behind but in arrays, and keeps every value of the patch', () => {
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

  it('lets what the orchestrator does not say hold from above, and what it says of false hold', () => {
    const settings = { privacy_mode: true, monitoring_enabled: true, phoenix_endpoint: 'http://phoenix' };
    expect(effectiveConfig({}, settings, { ...OWN, privacy_mode: false })).toMatchObject({
      privacy_mode: false,
      monitoring_enabled: true,
      phoenix_endpoint: 'http://phoenix',
    });
  });

  it('has features and session_config as objects, whatever the levels above say of them', () => {
    for (const above of [null, 'text', 5, [1]]) {
      const settings = { features: above, session_config: above };
      expect(effectiveConfig({}, settings, OWN)).toMatchObject({ features: {}, session_config: {} });
    }
  });

  it('does not change the levels', () => {
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

  it('does not depend on which level a value came from', () => {
    fc.assert(
      fc.property(layer, layer, (a, b) => {
        const fromAbove = effectiveConfig(a, b, OWN);
        const together = effectiveConfig({}, mergePatch(a, b) as JsonObject, OWN);
        expect(configHash(fromAbove)).toBe(configHash(together));
      }),
    );
  });

  it('survives the way through the database and the wire', () => {
    fc.assert(
      fc.property(object, (config) => {
        expect(configHash(JSON.parse(JSON.stringify(config)) as JsonObject)).toBe(configHash(config));
      }),
    );
  });
});
