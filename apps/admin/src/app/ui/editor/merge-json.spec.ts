import { mergeJson } from './merge-json';

describe('mergeJson', () => {
  const base = { a: 1, b: { c: 1, d: 1 }, e: 1 };

  it('keeps both changes of different places, however deep', () => {
    const ours = { a: 2, b: { c: 1, d: 2 }, e: 1 };
    const theirs = { a: 1, b: { c: 3, d: 1 }, f: 4 };

    expect(mergeJson(base, ours, theirs)).toEqual({
      value: { a: 2, b: { c: 3, d: 2 }, f: 4 },
      conflicts: [],
    });
  });

  it('takes ours where both changed the same, and says where', () => {
    const ours = { a: 2, b: { c: 2, d: 1 }, e: 1 };
    const theirs = { a: 3, b: { c: 3, d: 1 } };

    expect(mergeJson(base, ours, theirs)).toEqual({
      value: { a: 2, b: { c: 2, d: 1 } },
      conflicts: ['a', 'b.c'],
    });
  });

  it('is no conflict when both made the same change', () => {
    expect(mergeJson({ a: 1 }, { a: 2 }, { a: 2 })).toEqual({ value: { a: 2 }, conflicts: [] });
  });

  it('is one when ours deletes what theirs changed', () => {
    expect(mergeJson({ a: 1 }, {}, { a: 2 })).toEqual({ value: {}, conflicts: ['a'] });
  });
});
