import fc from 'fast-check';
import { InferenceEngine, MODELS, type EngineReport } from './inference-engine.js';
import { seededRandom } from './random.js';

function reports(seed: number, count: number): EngineReport[] {
  const engine = new InferenceEngine(seededRandom(seed));
  return Array.from({ length: count }, () => engine.report(10));
}

describe('InferenceEngine', () => {
  it('stays within the ranges of a real engine', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        for (const { metrics } of reports(seed, 100)) {
          expect(Object.values(metrics).every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
          expect(metrics['gpu_utilization_pct']).toBeLessThanOrEqual(100);
          expect(metrics['gpu_memory_used_gib']).toBeLessThanOrEqual(80);
          expect(metrics['error_rate']).toBeLessThan(0.1);
          expect(metrics['latency_p95_ms']).toBeGreaterThan(metrics['latency_p50_ms'] ?? Infinity);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('charges for the tokens used', () => {
    for (const { usage } of reports(7, 50)) {
      for (const entry of usage) {
        const price = MODELS.find(({ model }) => model === entry.model);
        const { input_tokens = 0, output_tokens = 0 } = entry;
        const cost =
          (input_tokens * (price?.inputUsd ?? NaN) + output_tokens * (price?.outputUsd ?? NaN)) / 1e6;
        expect(entry.cost_usd).toBeCloseTo(cost, 5);
      }
    }
  });

  it('is reproducible by its seed', () => {
    expect(reports(3, 5)).toEqual(reports(3, 5));
    expect(reports(3, 5)).not.toEqual(reports(4, 5));
  });
});
