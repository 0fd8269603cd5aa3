/** Ends with a zone, or has no time of day: then JavaScript reads it as UTC by itself. */
const HAS_ZONE = /(?:[+-]\d{2}(?::?\d{2})?|[a-z])(?:\s*\(.*\))?\s*$/i;
const HALF_OF_DAY = /[ap]m\s*$/i;

/** When a text says that something was, in milliseconds since 1970; NaN when it says nothing. Without a zone it is UTC. */
export function momentOf(text: string): number {
  if (HAS_ZONE.test(text) && !HALF_OF_DAY.test(text)) return Date.parse(text);
  // JavaScript reads a time without a zone in the zone of the machine.
  const asIso = Date.parse(`${text}Z`);
  return Number.isNaN(asIso) ? Date.parse(`${text} UTC`) : asIso;
}
