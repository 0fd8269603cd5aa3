import { exactCosts } from './exact-costs.js';

function costsOf(frame: string): (string | null)[] {
  const { usage = [] } = JSON.parse(frame) as { usage?: { cost_usd?: number }[] };
  return exactCosts(frame, usage);
}

describe('exactCosts', () => {
  it('keeps every digit', () => {
    const frame = `{"metrics":{"cost_usd":5},"usage":[{"model":"a","cost_usd":0.1},{"model":"b"},
      {"cost_usd":0.12345678901234567890123},{"cost_usd":1e-9},{"cost_usd":123456789012.000000000000001}]}`;
    expect(costsOf(frame)).toEqual([
      '0.1',
      null,
      '0.12345678901234567890123',
      '1e-9',
      '123456789012.000000000000001',
    ]);
  });

  it('recognizes keys in any notation, and does not mistake a value for a key', () => {
    const frame = String.raw`{"a":"\"usage\":[{\"cost_usd\":7}]","usage":[{"model":"cost_usd","cost_usd":0.10}]}`;
    expect(costsOf(frame)).toEqual(['0.10']);
  });

  it('uses the last of a duplicate key', () => {
    expect(
      costsOf('{"usage":[{"cost_usd":1},{"cost_usd":2}],"usage":[{"cost_usd":3,"cost_usd":4}]}'),
    ).toEqual(['4']);
  });

  it('is empty for a report without usage', () => {
    expect(costsOf('{"metrics":{}}')).toEqual([]);
  });

  it('limits the number of digits', () => {
    const [cost] = costsOf(`{"usage":[{"cost_usd":0.${'1'.repeat(200)}}]}`);
    expect(Number(cost)).toBeCloseTo(1 / 9);
    expect(cost?.length).toBeLessThan(30);
  });
});
