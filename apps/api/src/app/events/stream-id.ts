/**
 * The id of an entry in the stream of events. Entries of one generation are numbered without gaps, so a reader notices
 * each one that is missing. A generation ends when Redis has lost entries.
 */
export interface StreamId {
  /** Milliseconds since 1970 when the generation began; larger than that of every earlier one. */
  generation: number;
  number: number;
}

/** Parses an id as Redis writes it; undefined for anything else. */
export function parseStreamId(text: string): StreamId | undefined {
  const parts = /^(\d{1,15})-(\d{1,15})$/.exec(text);
  return parts ? { generation: Number(parts[1]), number: Number(parts[2]) } : undefined;
}

/** An id as Redis reads it. */
export function textOf({ generation, number }: StreamId): string {
  return `${generation}-${number}`;
}

/** True if `one` comes before `other`. */
export function isBefore(one: StreamId, other: StreamId): boolean {
  return (
    one.generation < other.generation || (one.generation === other.generation && one.number < other.number)
  );
}

/** True if no entry lies between the two. */
export function isNext(one: StreamId, other: StreamId): boolean {
  return one.generation === other.generation && one.number + 1 === other.number;
}
