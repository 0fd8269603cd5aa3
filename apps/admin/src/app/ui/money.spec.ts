import { dollars } from './money';

describe('dollars', () => {
  it.each([
    ['0', '$0.00'],
    ['1204.5', '$1,204.50'],
    ['0.0042', '$0.0042'],
    ['-3', '-$3.00'],
    ['much', 'much'],
  ])('formats %s as %s', (amount, words) => {
    expect(dollars(amount)).toBe(words);
  });
});
