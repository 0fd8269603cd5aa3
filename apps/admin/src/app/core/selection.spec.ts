import { MAX_SELECTED, selectionOf, selectionParam, withSelected } from './selection';

describe('a selection', () => {
  it.each([
    [new Set<string>(), null],
    [new Set(['a', 'b']), 'a,b'],
    ['everything' as const, '*'],
  ])('of %p is written as %p, and parsed back', (selection, param) => {
    expect(selectionParam(selection)).toBe(param);
    expect(selectionOf(param ?? undefined)).toEqual(selection);
  });

  it('grows and shrinks', () => {
    expect(withSelected(new Set(['a']), ['b', 'c'], true)).toEqual(new Set(['a', 'b', 'c']));
    expect(withSelected(new Set(['a', 'b']), ['b'], false)).toEqual(new Set(['a']));
  });

  it('of everything starts again when one is selected', () => {
    expect(withSelected('everything', ['a'], true)).toEqual(new Set(['a']));
  });

  it('is limited to what fits into a URL', () => {
    const ids = Array.from({ length: MAX_SELECTED + 5 }, (_, index) => `orch-${index}`);

    expect(withSelected(new Set(), ids, true)).toHaveProperty('size', MAX_SELECTED);
  });
});
