import { row, type Row } from './bench-context.ts';
import { Comparison } from './comparison.ts';

const rowOf = (...values: number[]): Row[] => [row('CPU', values, { unit: 'ms', target: '' })];

describe('the comparison of two builds', () => {
  it('shows both, and the ratio of each round', () => {
    const comparison = new Comparison();
    comparison.add(rowOf(10), rowOf(5));
    comparison.add(rowOf(20), rowOf(5));
    comparison.add(rowOf(10), rowOf(10));
    expect(comparison.table('abc1234').split('\n')).toEqual([
      '| figure | abc1234 | this | ratio of a round |',
      '|---|---|---|---|',
      '| CPU | 10 ms (10–20) | 5 ms (5–10) | 0.5 (0.25–1) × |',
    ]);
  });

  it('does not compare a figure that only one of them has', () => {
    const comparison = new Comparison();
    comparison.add([], rowOf(5));
    expect(comparison.table('abc1234')).toContain('| CPU | not taken | | |');
  });
});
