import type { MetricSeries } from '@moolai/contracts';
import { NOW, secondsAgo } from '../../../testing/builders';
import type { ChartColors } from '../../ui/chart-colors';
import { chartOf, figure } from './metric-chart';

function point(seconds: number): MetricSeries['points'][number] {
  return { at: secondsAgo(seconds), count: 1, avg: seconds, min: 0, max: seconds * 2, p95: null };
}

function series(points: MetricSeries['points']): MetricSeries {
  return { orchestrator_id: 'orch-001', name: 'x', from: secondsAgo(3_600), to: NOW, step: 60, points };
}

describe('chartOf', () => {
  it('breaks the line where reports are missing', () => {
    const { series: lines } = chartOf(series([point(300), point(240), point(60)]), {} as ChartColors, 'utc');

    const [average] = lines as { data: [string, number | null][] }[];
    expect(average?.data).toEqual([
      [secondsAgo(300), 300],
      [secondsAgo(240), 240],
      [secondsAgo(180), null],
      [secondsAgo(60), 60],
    ]);
  });

  it('connects points of an orchestrator that reports less often than the step', () => {
    const minutes = [300, 240, 180, 120, 60].map(point);
    const { series: lines } = chartOf({ ...series(minutes), step: 12 }, {} as ChartColors, 'utc');

    const [average] = lines as { data: [string, number | null][] }[];
    expect(average?.data.map(([, value]) => value)).toEqual([300, 240, 180, 120, 60]);
  });
});

describe('figure', () => {
  it.each([
    [0.123456, '0.1235'],
    [12.3456, '12.35'],
    [12_345.6, '12,346'],
  ])('formats %d as %s', (value, words) => {
    expect(figure(value)).toBe(words);
  });
});
