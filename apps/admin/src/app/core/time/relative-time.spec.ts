import { NOW_MS, secondsAgo } from '../../../testing/builders';
import { duration, exactTime, relativeTime } from './relative-time';

describe('relativeTime', () => {
  it.each([
    [0, 'just now'],
    [0.999, 'just now'],
    [1, '1 second ago'],
    [2, '2 seconds ago'],
    [59.9, '59 seconds ago'],
    [60, '1 minute ago'],
    [3_599, '59 minutes ago'],
    [3_600, '1 hour ago'],
    [86_399, '23 hours ago'],
    [86_400, '1 day ago'],
    [40 * 86_400, '40 days ago'],
  ])('formats a time %d seconds ago as "%s"', (seconds, words) => {
    expect(relativeTime(secondsAgo(seconds), NOW_MS)).toBe(words);
  });

  it('formats a time slightly ahead as "just now", because clocks are rounded', () => {
    expect(relativeTime(secondsAgo(-1.5), NOW_MS)).toBe('just now');
  });

  it.each([
    [5, 'in 5 seconds'],
    [80, 'in 1 minute'],
    [7.99 * 3_600, 'in 8 hours'],
    [3 * 86_400, 'in 3 days'],
  ])('formats a time %d seconds ahead as "%s"', (seconds, words) => {
    expect(relativeTime(secondsAgo(-seconds), NOW_MS)).toBe(words);
  });

  it('formats null as "never"', () => {
    expect(relativeTime(null, NOW_MS)).toBe('never');
  });

  it('formats an invalid time as "unknown"', () => {
    expect(relativeTime('yesterday', NOW_MS)).toBe('unknown');
  });
});

describe('exactTime', () => {
  it('is exact to the second, in UTC', () => {
    expect(exactTime('2026-11-23T22:05:01.987Z', 'utc')).toBe('2026-11-23 22:05:01 UTC');
  });
});

describe('duration', () => {
  it.each([
    [0, '0 s'],
    [0.9, '0 s'],
    [-5, '0 s'],
    [59, '59 s'],
    [60, '1 min'],
    [725, '12 min 5 s'],
    [3_600, '1 h'],
    [3_605, '1 h'],
    [7_260, '2 h 1 min'],
    [86_400, '1 d'],
    [3 * 86_400 + 4 * 3_600 + 59 * 60, '3 d 4 h'],
  ])('formats %d seconds in the two largest units: %s', (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });
});
