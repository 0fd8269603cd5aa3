import { sampleMoment, samplesOf } from './report.js';

const NOW_MS = Date.parse('2026-06-01T12:00:00Z');
const KEPT_MS = 86_400_000;

describe('sampleMoment', () => {
  it.each([
    ['2026-06-01T11:59:00Z', '2026-06-01T11:59:00Z'],
    ['2026-06-01T13:59:00+02:00', '2026-06-01T11:59:00Z'],
    ['2026-06-01T11:59:00.123456', '2026-06-01T11:59:00.123Z'],
    ['2026-06-01 11:59:00', '2026-06-01T11:59:00Z'],
    ['2026-06-01T12:04:00Z', '2026-06-01T12:04:00Z'],
    ['2026-06-01T12:06:00Z', '2026-06-01T12:00:00Z'],
    ['2126-06-01T12:00:00Z', '2026-06-01T12:00:00Z'],
    ['1970-01-01T00:00:00Z', '2026-06-01T12:00:00Z'],
    ['yesterday', '2026-06-01T12:00:00Z'],
    [undefined, '2026-06-01T12:00:00Z'],
  ])('reads %s as %s', (timestamp, expected) => {
    expect(sampleMoment(timestamp, NOW_MS, KEPT_MS)).toBe(Date.parse(expected));
  });
});

describe('samplesOf', () => {
  it('creates a row per metric', () => {
    const ids = new Map([
      ['a', 1],
      ['b', 2],
    ]);
    expect(samplesOf({ instanceId: 7, metrics: { a: 1.5, b: -2 }, atMs: NOW_MS }, ids)).toEqual({
      instanceIds: [7, 7],
      metricIds: [1, 2],
      atMs: [NOW_MS, NOW_MS],
      values: [1.5, -2],
    });
  });

  it('skips only metrics without a numbered name', () => {
    const samples = samplesOf({ instanceId: 7, metrics: { a: 1, b: 2 }, atMs: NOW_MS }, new Map([['b', 3]]));
    expect(samples).toEqual({ instanceIds: [7], metricIds: [3], atMs: [NOW_MS], values: [2] });
  });
});
