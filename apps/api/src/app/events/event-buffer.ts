import type { FleetEvent } from '@moolai/contracts';
import type { ByteBudget } from '../../platform/batching/byte-budget.js';

/** Size of an event without its texts, and of each member of its data. */
const EVENT_BYTES = 400;
const MEMBER_BYTES = 32;

/**
 * The newest events in order; the oldest are dropped. Limited by number and by bytes: an event contains no message
 * content or configuration, but an orchestrator may send a reason of several kilobytes.
 */
export class EventBuffer {
  private readonly slots: (FleetEvent | undefined)[];
  /** Number of the next event; the buffer holds earlier ones. */
  private next = 0;
  /** Number of the oldest event in the buffer. */
  private first = 0;

  constructor(
    private readonly capacity: number,
    private readonly budget: ByteBudget,
  ) {
    this.slots = new Array<FleetEvent | undefined>(capacity);
  }

  /** The number of the next pushed event. */
  get position(): number {
    return this.next;
  }

  push(event: FleetEvent): void {
    const bytes = bytesOf(event);
    while (this.next - this.first >= this.capacity || !this.budget.hasRoom(bytes)) {
      if (this.first === this.next) break;
      this.clear(this.first);
      this.first += 1;
    }
    this.budget.reserve(bytes);
    this.slots[this.next % this.capacity] = event;
    this.next += 1;
  }

  /** The events from number `from` on; undefined if some of them were dropped. */
  since(from: number): FleetEvent[] | undefined {
    if (from < this.first || from > this.next) return undefined;
    const events: FleetEvent[] = [];
    for (let number = from; number < this.next; number += 1) {
      const event = this.slots[number % this.capacity];
      if (event) events.push(event);
    }
    return events;
  }

  /** All events in the buffer, newest first. */
  *newestFirst(): Generator<FleetEvent> {
    for (let number = this.next - 1; number >= this.first; number -= 1) {
      const event = this.slots[number % this.capacity];
      if (event) yield event;
    }
  }

  /** Drops events before `at` (ISO 8601). */
  dropBefore(at: string): void {
    for (let number = this.first; number < this.next; number += 1) {
      const event = this.slots[number % this.capacity];
      if (event && event.at >= at) return;
      this.clear(number);
    }
  }

  private clear(number: number): void {
    const slot = number % this.capacity;
    const event = this.slots[slot];
    if (event) this.budget.release(bytesOf(event));
    this.slots[slot] = undefined;
  }
}

function bytesOf({ summary, data }: FleetEvent): number {
  return EVENT_BYTES + Buffer.byteLength(summary) + bytesOfValue(data);
}

function bytesOfValue(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 0;
  let bytes = 0;
  for (const member of Object.values(value)) bytes += MEMBER_BYTES + bytesOfValue(member);
  return bytes;
}
