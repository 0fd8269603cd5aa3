import { isJsonObject, type ConfigDifference, type JsonObject, type JsonValue } from '@moolai/contracts';
import fc from 'fast-check';
import { sameJson } from '../../platform/json/same-json.js';
import { configDiff, pointerStep } from './config-diff.js';

/** Keys that break careless handling of pointers or objects. */
const key = fc.oneof(
  fc.constantFrom('a', 'b', '', '~', '/', '~1', '~0', 'a/b', '__proto__', 'length', 'constructor', '0'),
  fc.string({ maxLength: 4 }),
);
const { object } = fc.letrec<{ json: JsonValue; object: JsonObject }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, 0, 1, 'x', ''),
    fc.array(tie('json'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc
    .array(fc.tuple(key, tie('json')), { maxLength: 5 })
    .map((entries) => Object.fromEntries(entries)),
}));

/** Applies one difference, following the contract: a pointer, an operation, a value. */
function apply(document: JsonObject, { path, op, after }: ConfigDifference): JsonObject {
  const [first, ...rest] = path.slice(1).split('/');
  const step = (first ?? '').replaceAll('~1', '/').replaceAll('~0', '~');
  const members = new Map(Object.entries(document));
  if (rest.length > 0) {
    const member = members.get(step);
    if (!isJsonObject(member)) throw new Error(`${path} leads nowhere`);
    members.set(
      step,
      apply(member, { path: `/${rest.join('/')}`, op, ...(after === undefined ? {} : { after }) }),
    );
  } else if (op === 'remove') {
    members.delete(step);
  } else {
    members.set(step, after ?? null);
  }
  return Object.fromEntries(members);
}

describe('configDiff', () => {
  it('lists additions, removals and replacements, in the order of paths', () => {
    expect(configDiff({ a: 1, b: 2, same: [1] }, { b: 3, c: 4, same: [1] })).toEqual([
      { path: '/a', op: 'remove', before: 1 },
      { path: '/b', op: 'replace', before: 2, after: 3 },
      { path: '/c', op: 'add', after: 4 },
    ]);
  });

  it('compares objects field by field, and arrays as a whole', () => {
    expect(configDiff({ o: { x: [1, 2], y: { z: 1 } } }, { o: { x: [1, 3], y: { z: 2 } } })).toEqual([
      { path: '/o/x', op: 'replace', before: [1, 2], after: [1, 3] },
      { path: '/o/y/z', op: 'replace', before: 1, after: 2 },
    ]);
  });

  it('replaces an object by something else, or the reverse, as a whole', () => {
    expect(configDiff({ o: { x: 1 }, p: 1 }, { o: 1, p: { x: 1 } })).toEqual([
      { path: '/o', op: 'replace', before: { x: 1 }, after: 1 },
      { path: '/p', op: 'replace', before: 1, after: { x: 1 } },
    ]);
  });

  it('escapes ~ and / in pointers, the tilde first', () => {
    expect(pointerStep('a/b~c~1')).toBe('/a~1b~0c~01');
    expect(configDiff({}, { 'm/n': { '~': 1 } })).toEqual([{ path: '/m~1n', op: 'add', after: { '~': 1 } }]);
  });

  it('tells an absent value from null', () => {
    expect(configDiff({ a: null }, {})).toEqual([{ path: '/a', op: 'remove', before: null }]);
    expect(configDiff({}, { a: null })).toEqual([{ path: '/a', op: 'add', after: null }]);
  });

  it('turns any before into its after when applied', () => {
    fc.assert(
      fc.property(object, object, (before, after) => {
        const result = configDiff(before, after).reduce(apply, before);
        expect(sameJson(result, after)).toBe(true);
      }),
    );
  });

  it('is empty exactly when both are equal', () => {
    fc.assert(
      fc.property(object, object, (before, after) => {
        expect(configDiff(before, after).length === 0).toBe(sameJson(before, after));
        expect(configDiff(before, before)).toEqual([]);
      }),
    );
  });
});

describe('sameJson', () => {
  it.each<[JsonValue | undefined, JsonValue | undefined, boolean]>([
    [{ a: 1, b: [2] }, { b: [2], a: 1 }, true],
    [[1, 2], [2, 1], false],
    [[1], [1, 1], false],
    [{ a: 1 }, { a: 1, b: 1 }, false],
    [{ toString: 1 }, {}, false],
    [{ a: null }, { b: null }, false],
    [{}, [], false],
    [{}, null, false],
    [1, '1', false],
    [undefined, null, false],
    [undefined, undefined, true],
  ])('%j and %j: %s', (a, b, expected) => {
    expect(sameJson(a, b)).toBe(expected);
    expect(sameJson(b, a)).toBe(expected);
  });
});
