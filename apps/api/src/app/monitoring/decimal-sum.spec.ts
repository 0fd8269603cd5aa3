import { DecimalSum } from './decimal-sum.js';

describe('DecimalSum', () => {
  it.each([
    [[], '0'],
    [['0.1', '0.2'], '0.3'],
    [['1', '0.0001', '2.5'], '3.5001'],
    [['0.50', '0.5'], '1'],
    [['-0.25', '0.05'], '-0.2'],
    [['100', '200'], '300'],
    [['9007199254740993', '0.000000000000000000000001'], '9007199254740993.000000000000000000000001'],
  ])('of %j is %s', (numbers, sum) => {
    const total = new DecimalSum();
    for (const number of numbers) total.add(number);
    expect(total.toString()).toBe(sum);
  });
});
