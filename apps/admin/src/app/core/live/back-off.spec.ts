import { backOffMs } from './back-off';

describe('backOffMs', () => {
  it.each([
    [1, 500, 1_000],
    [2, 1_000, 2_000],
    [3, 2_000, 4_000],
    [50, 7_500, 15_000],
  ])('waits after %d failures between %d and %d ms', (failures, least, most) => {
    expect(backOffMs(failures, 0)).toBe(least);
    expect(backOffMs(failures, 1)).toBe(most);
  });
});
