import type { FleetEvent } from '@moolai/contracts';
import type { EventBuffer } from './event-buffer.js';
import type { StreamId } from './stream-id.js';

/** The newest events, and which of them stand in the stream without a gap, so that readers can resume there. */
export class SharedEventBuffer {
  /** The newest entry of the stream that was read; undefined before the first one. */
  position: StreamId | undefined;
  /** After the entry with this id, the event with this number follows; undefined if no stream can resume. */
  private anchor: { id: StreamId; number: number } | undefined;

  constructor(readonly buffer: EventBuffer) {}

  /** Adds the event of the next entry. */
  push(event: FleetEvent, id: StreamId): void {
    this.buffer.push(event);
    this.position = id;
    this.anchor ??= { id, number: this.buffer.position };
  }

  /** Adds an event that is not in the stream, or not yet. */
  pushAlone(event: FleetEvent): void {
    this.buffer.push(event);
    this.anchor = undefined;
  }

  /** Passes an entry without a new event: streams resume from there on, not from before. */
  pass(id: StreamId): void {
    this.position = id;
    this.anchor = { id, number: this.buffer.position };
  }

  /** Entries are missing: no stream resumes from before the next one. */
  breakOff(): void {
    this.anchor = undefined;
  }

  /** Streams resume from the present position on, unless they can already resume from an earlier one. */
  resume(): void {
    this.anchor ??= this.position && { id: this.position, number: this.buffer.position };
  }

  /** The events after the entry with this id; undefined if some are missing. */
  since({ generation, number }: StreamId): FleetEvent[] | undefined {
    const { anchor, position } = this;
    if (!anchor || !position || generation !== anchor.id.generation || number < anchor.id.number)
      return undefined;
    // Another controller has read further than this one.
    if (number > position.number) return [];
    return this.buffer.since(anchor.number + number - anchor.id.number);
  }
}
