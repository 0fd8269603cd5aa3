const STEPS: readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

const FORMAT = new Intl.RelativeTimeFormat('en', { numeric: 'always' });

/** How long ago a moment was, in words: "2 seconds ago", "just now" below a second, "never" for none. */
export function relativeTime(moment: string | null, nowMs: number): string {
  if (moment === null) return 'never';
  const seconds = Math.floor((nowMs - Date.parse(moment)) / 1_000);
  // A moment slightly ahead is a clock's rounding, not the future.
  if (Number.isNaN(seconds)) return 'unknown';
  const step = STEPS.find(([, length]) => seconds >= length);
  return step ? FORMAT.format(-Math.floor(seconds / step[1]), step[0]) : 'just now';
}

/** A moment to the second in UTC: "2026-11-23 22:05:01 UTC". */
export function exactTime(moment: string): string {
  return `${moment.slice(0, 19).replace('T', ' ')} UTC`;
}

/** A span in its two largest units: "3 d 4 h", "12 min 5 s". */
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
