import type { MetricSeries } from '@moolai/contracts';
import type { EChartsCoreOption } from 'echarts/core';
import { clockTime, dayOf } from '../../core/time/relative-time';
import type { TimeZone } from '../../core/time/time-zone.store';
import type { ChartColors } from '../../ui/chart-colors';

const DAY_SEC = 86_400;

/** A number with as many digits as are significant. */
export function figure(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 2 : 4;
  return value.toLocaleString('en', { maximumFractionDigits: digits });
}

function momentWords(at: string, isLong: boolean, zone: TimeZone): string {
  return isLong
    ? `${dayOf(at, zone).slice(5)} ${clockTime(at, zone).slice(0, 5)}`
    : clockTime(at, zone).slice(0, 5);
}

/** The usual distance of reports: the median, which an outage does not affect. */
function usualDistanceMs(points: MetricSeries['points']): number {
  const times = points.map(({ at }) => Date.parse(at));
  const distances = times.slice(1).map((atMs, index) => atMs - (times[index] ?? atMs));
  return distances.sort((a, b) => a - b)[Math.floor((distances.length - 1) / 2)] ?? 0;
}

/**
 * Breaks the line where reports are missing. An orchestrator that reports less often than the series' step has no gaps
 * between its reports.
 */
function withGaps(series: MetricSeries, valueOf: (point: MetricSeries['points'][number]) => number) {
  const data: [string, number | null][] = [];
  const longestMs = Math.max(series.step * 1_500, usualDistanceMs(series.points) * 2.5);
  let previousMs: number | undefined;
  for (const point of series.points) {
    const atMs = Date.parse(point.at);
    if (previousMs !== undefined && atMs - previousMs > longestMs)
      data.push([new Date(previousMs + series.step * 1_000).toISOString(), null]);
    data.push([point.at, valueOf(point)]);
    previousMs = atMs;
  }
  return data;
}

/** A series as a line of averages, with the maximum as a thin line above. */
export function chartOf(series: MetricSeries, colors: ChartColors, zone: TimeZone): EChartsCoreOption {
  const isLong = Date.parse(series.to) - Date.parse(series.from) > DAY_SEC * 1_000;
  const text = { color: colors.muted, fontFamily: 'inherit' };
  const line = {
    type: 'line',
    showSymbol: series.points.length < 40,
    symbolSize: 4,
    animation: false,
  } as const;
  return {
    animation: false,
    textStyle: text,
    grid: { left: 8, right: 16, top: 16, bottom: 8, containLabel: true },
    tooltip: {
      trigger: 'axis',
      backgroundColor: colors.panel,
      borderColor: colors.line,
      textStyle: { color: colors.ink },
      valueFormatter: (value: unknown) => (typeof value === 'number' ? figure(value) : '–'),
    },
    xAxis: {
      type: 'time',
      min: series.from,
      max: series.to,
      axisLine: { lineStyle: { color: colors.line } },
      axisLabel: {
        ...text,
        hideOverlap: true,
        formatter: (ms: number) => momentWords(new Date(ms).toISOString(), isLong, zone),
      },
    },
    yAxis: {
      type: 'value',
      scale: true,
      splitLine: { lineStyle: { color: colors.line } },
      axisLabel: { ...text, formatter: figure },
    },
    series: [
      {
        ...line,
        name: 'average',
        data: withGaps(series, ({ avg }) => avg),
        lineStyle: { color: colors['chart-1'], width: 2 },
        itemStyle: { color: colors['chart-1'] },
      },
      {
        ...line,
        name: 'maximum',
        showSymbol: false,
        data: withGaps(series, ({ max }) => max),
        lineStyle: { color: colors['chart-3'], width: 1, type: 'dashed' },
        itemStyle: { color: colors['chart-3'] },
      },
    ],
  };
}
