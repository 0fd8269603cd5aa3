import { CORE_TEXTS } from '../core.texts';
import type { TimeZone } from './time-zone.store';

const TEXTS = CORE_TEXTS.time;

const STEPS: readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];
/** A smaller difference is due to rounding. */
const AHEAD_SEC = 3;

const FORMAT = new Intl.RelativeTimeFormat('en', { numeric: 'always' });

/** Relative time as text: "2 seconds ago", "in 3 hours", "just now", or "never" for null. */
export function relativeTime(moment: string | null, nowMs: number): string {
  if (moment === null) return TEXTS.never;
  const seconds = Math.floor((nowMs - Date.parse(moment)) / 1_000);
  if (Number.isNaN(seconds)) return TEXTS.unknown;
  if (seconds < -AHEAD_SEC) {
    const [unit, length] = STEPS.find(([, step]) => -seconds >= step) ?? (['second', 1] as const);
    return FORMAT.format(Math.round(-seconds / length), unit);
  }
  const step = STEPS.find(([, length]) => seconds >= length);
  return step ? FORMAT.format(-Math.floor(seconds / step[1]), step[0]) : TEXTS.justNow;
}

/** The parts of a time in a time zone, with fixed width. */
function partsOf(moment: string, zone: TimeZone): { day: string; time: string; name: string } {
  if (zone === 'utc') return { day: moment.slice(0, 10), time: moment.slice(11, 19), name: 'UTC' };
  const at = new Date(moment);
  const two = (value: number): string => String(value).padStart(2, '0');
  const offset = -at.getTimezoneOffset();
  const minutes = Math.abs(offset) % 60;
  const hours = `${offset < 0 ? '-' : '+'}${Math.floor(Math.abs(offset) / 60)}`;
  return {
    day: `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`,
    time: [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':'),
    name: offset === 0 ? 'UTC' : `UTC${hours}${minutes === 0 ? '' : `:${two(minutes)}`}`,
  };
}

/** A time to the second: "2026-11-23 22:05:01 UTC", or with the local offset "2026-11-24 00:05:01 UTC+2". */
export function exactTime(moment: string, zone: TimeZone): string {
  const { day, time, name } = partsOf(moment, zone);
  return `${day} ${time} ${name}`;
}

/** The time of day: "22:05:01". */
export function clockTime(moment: string, zone: TimeZone): string {
  return partsOf(moment, zone).time;
}

/** The day: "2026-11-23". */
export function dayOf(moment: string, zone: TimeZone): string {
  return partsOf(moment, zone).day;
}

/** A duration in its two largest units: "3 d 4 h", "12 min 5 s". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const units: [number, string][] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3_600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ];
  const first = units.findIndex(([value]) => value > 0);
  if (first < 0) return '0 s';
  return units
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(' ');
}
