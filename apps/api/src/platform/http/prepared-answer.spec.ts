import { hasTag } from './prepared-answer.js';

describe('hasTag', () => {
  it.each(['"a-1"', 'W/"a-1"', ' W/"a-1" ', '"b", W/"a-1"', '"b","a-1","c"', '*'])(
    'finds it in %j',
    (header) => {
      expect(hasTag(header, 'a-1')).toBe(true);
    },
  );

  it.each([undefined, '', 'a-1', '"a-10"', '"A-1"', 'w/"a-1"', '"b", "c"', '"a-1'])(
    'does not find it in %j',
    (header) => {
      expect(hasTag(header, 'a-1')).toBe(false);
    },
  );
});
