import { mergeJson } from './merge-json';

describe('mergeJson', () => {
  const base = { a: 1, b: { c: 1, d: 1 }, e: 1 };

  it('keeps changes of both sides at different places, however deep', () => {
    const ours = { a: 2, b: { c: 1, d: 2 }, e: 1 };
    const theirs = { a: 1, b: { c: 3, d: 1 }, f: 4 };

    expect(mergeJson(base, ours, theirs)).toEqual({
      value: { a: 2, b: { c: 3, d: 2 }, f: 4 },
      conflicts: [],
    });
  });

  it('prefers our value where both changed the same, and reports the place', () => {
    const ours = { a: 2, b: { c: 2, d: 1 }, e: 1 };
    const theirs = { a: 3, b: { c: 3, d: 1 } };

    expect(mergeJson(base, ours, theirs)).toEqual({
      value: { a: 2, b: { c: 2, d: 1 } },
      conflicts: ['a', 'b.c'],
    });
  });

  it('reports no conflict for equal changes', () => {
    expect(mergeJson({ a: 1 }, { a: 2 }, { a: 2 })).toEqual({ value: { a: 2 }, conflicts: [] });
  });

  it('reports a conflict when ours deletes what theirs changed', () => {
    expect(mergeJson({ a: 1 }, {}, { a: 2 })).toEqual({ value: {}, conflicts: ['a'] });
  });
});
