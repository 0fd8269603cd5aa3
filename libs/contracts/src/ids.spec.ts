import { ID_MAX_LENGTH, isId } from './ids.js';

describe('isId', () => {
  it.each(['orch-001', 'A', '0', 'a.b_c-d', 'x'.repeat(ID_MAX_LENGTH)])('accepts %p', (id) => {
    expect(isId(id)).toBe(true);
  });

  it.each([
    '',
    '-a',
    '.a',
    '_a',
    'a b',
    'a/b',
    'ä',
    'a\n',
    'a\u0000',
    '\u202Ea',
    'x'.repeat(ID_MAX_LENGTH + 1),
    null,
    7,
    {},
  ])('refuses %p', (id) => {
    expect(isId(id)).toBe(false);
  });
});
