import { inexactNumber, isExact, numbersOf, whyInexact } from './exact-numbers.js';
import { momentOf } from './times.js';

describe('isExact', () => {
  it.each(
    [
      '0',
      '-0',
      '0.0',
      '1',
      '-1.50',
      '0.1',
      '1e3',
      '1E-9',
      '1.5e300',
      '9007199254740992',
      '1e22',
      '0.30000000000000004',
      '123456789012345.67',
      '5e-324',
      '1.7976931348623157e308',
    ].map((source) => [source]),
  )('is true for %s', (source) => expect(isExact(source)).toBe(true));

  it.each(
    [
      '7615917337495251231',
      '-9007199254740993',
      '18446744073709551616',
      '12345678901234567.89',
      '123456789012345.678',
      '0.12345678901234567890',
      '1e400',
      '-1e400',
      '1e-400',
      '100000000000000000000001',
    ].map((source) => [source]),
  )('is false for %s', (source) => expect(isExact(source)).toBe(false));
});

describe('is true for %s', () => {
  it('names the path', () => {
    const text = JSON.stringify({ a: { 'b"c': [1, { d: 'ID' }] } }).replace('"ID"', '7615917337495251231');
    expect(inexactNumber(text)).toEqual({ path: ['a', 'b"c', '1', 'd'], source: '7615917337495251231' });
  });

  it('does not mistake a string for a number', () => {
    expect(
      inexactNumber(
        '{"a":"7615917337495251231","7615917337495251231":[" 1e999 ","\\":9999999999999999999"]}',
      ),
    ).toBe(undefined);
  });

  it('skips exempt paths', () => {
    const text = '{"a":7615917337495251231,"b":[1e999]}';
    expect(inexactNumber(text, ([top]) => top === 'a')).toEqual({ path: ['b', '0'], source: '1e999' });
    expect(inexactNumber(text, () => true)).toBe(undefined);
  });

  it('finds an inexact number at every place where JSON allows a number', () => {
    for (const text of [
      '7615917337495251231',
      '[ 7615917337495251231]',
      '{"a":\n-7615917337495251231}',
      '[0,1e999]',
    ]) {
      expect(inexactNumber(text)).toBeDefined();
    }
  });

  it('says what the number would become', () => {
    expect(whyInexact({ path: ['a'], source: '7615917337495251231' })).toBe(
      'the number 7615917337495251231 would become 7615917337495251000, since numbers are doubles; send it as text',
    );
  });
});

describe('numbersOf', () => {
  it('yields each number of a text with its path, as JSON.parse sees it', () => {
    const value = { a: [1, -2.5, [3]], b: { c: 4e-7, 'd,[{"': 5 }, e: [], f: {}, g: 'x', h: 6 };
    const found = [...numbersOf(JSON.stringify(value, null, 1))].map(({ path, source }) => [
      path.join('/'),
      Number(source),
    ]);
    expect(found).toEqual([
      ['a/0', 1],
      ['a/1', -2.5],
      ['a/2/0', 3],
      ['b/c', 4e-7],
      ['b/d,[{"', 5],
      ['h', 6],
    ]);
  });
});

describe('momentOf', () => {
  it.each([
    ['2026-06-01T11:59:00Z', '2026-06-01T11:59:00Z'],
    ['2026-06-01T13:59:00+02:00', '2026-06-01T11:59:00Z'],
    ['2026-06-01T11:59:00', '2026-06-01T11:59:00Z'],
    ['2026-06-01T11:59:00.123456', '2026-06-01T11:59:00.123Z'],
    ['2026-06-01 11:59', '2026-06-01T11:59:00Z'],
    ['2026-06-01', '2026-06-01T00:00:00Z'],
    ['Mon, 01 Jun 2026 11:59:00 GMT', '2026-06-01T11:59:00Z'],
    ['Jun 1, 2026 11:59 AM', '2026-06-01T11:59:00Z'],
  ])('reads %s as %s', (text, expected) => expect(momentOf(text)).toBe(Date.parse(expected)));

  it('returns NaN for anything else', () => expect(momentOf('yesterday')).toBeNaN());
});
