/** Ends with a time zone, or has no time of day, which JavaScript reads as UTC. */
const HAS_ZONE = /(?:[+-]\d{2}(?::?\d{2})?|[a-z])(?:\s*\(.*\))?\s*$/i;
const HALF_OF_DAY = /[ap]m\s*$/i;

/** Parses a time to milliseconds since 1970; NaN if it is invalid. A time without a zone is UTC. */
export function momentOf(text: string): number {
  if (HAS_ZONE.test(text) && !HALF_OF_DAY.test(text)) return Date.parse(text);
  // JavaScript would read a time without a zone in the machine's zone.
  const asIso = Date.parse(`${text}Z`);
  return Number.isNaN(asIso) ? Date.parse(`${text} UTC`) : asIso;
}
