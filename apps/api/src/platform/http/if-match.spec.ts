import { AppError } from '../errors/app-error.js';
import { etagOf, parseIfMatch, parseIfMatchTag } from './if-match.js';

describe('parseIfMatch', () => {
  it.each([
    [undefined, undefined],
    ['*', undefined],
    [' * ', undefined],
    ['"7"', 7],
    [' "7" ', 7],
    ['W/"7"', 7],
    ['"0"', 0],
  ])('parses %j as %j', (header, version) => {
    expect(parseIfMatch(header)).toBe(version);
  });

  it.each(['', '7', '""', '"7', '"-1"', '"1.5"', '"abc"', '"7", "8"', '"99999999999"', 'w/"7"', '"٧"'])(
    'refuses %j',
    (header) => {
      expect(() => parseIfMatch(header)).toThrow(AppError);
    },
  );
});

describe('parseIfMatchTag', () => {
  it('parses a tag of etagOf', () => {
    expect(parseIfMatchTag(etagOf('0123456789abcdef'))).toBe('0123456789abcdef');
  });

  it('refuses a foreign tag', () => {
    expect(() => parseIfMatchTag('"xyz"')).toThrow(AppError);
  });
});
