/** What a catalogue (`<feature>.texts.ts`) holds: texts, and functions that put values into one, by name. */
export interface Texts {
  readonly [name: string]: string | ((...values: never[]) => string) | readonly string[] | Texts;
}

const NUMERALS = new Intl.NumberFormat('en-US');

/** A formatted number: `1,234`. */
export function numeral(value: number): string {
  return NUMERALS.format(value);
}

/** A number with its noun: `1 token`, `1,234 tokens`. */
export function counted(count: number, one: string, many: string): string {
  return `${numeral(count)} ${count === 1 ? one : many}`;
}
