import { exactCosts } from './exact-costs.js';

describe('exactCosts', () => {
  it('keeps every digit as it was written', () => {
    const frame = `{"usage":[{"model":"a","cost_usd":0.1},{"model":"b"},{"cost_usd":0.12345678901234567890123},
      {"cost_usd":1e-9},{"cost_usd":123456789012.000000000000001}]}`;
    expect(exactCosts(frame)).toEqual([
      '0.1',
      null,
      '0.12345678901234567890123',
      '1e-9',
      '123456789012.000000000000001',
    ]);
  });

  it('gives nothing for a report without usage', () => {
    expect(exactCosts('{"metrics":{}}')).toEqual([]);
  });

  it('does not keep more digits than anyone could mean', () => {
    const [cost] = exactCosts(`{"usage":[{"cost_usd":0.${'1'.repeat(200)}}]}`);
    expect(Number(cost)).toBeCloseTo(1 / 9);
    expect(cost?.length).toBeLessThan(30);
  });
});
