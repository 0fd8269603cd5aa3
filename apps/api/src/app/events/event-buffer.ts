import type { FleetEvent, JsonValue } from '@moolai/contracts';
import type { ByteBudget } from '../../platform/batching/byte-budget.js';

/** What an event takes besides its texts, and what each member of its data does. */
const EVENT_BYTES = 400;
const MEMBER_BYTES = 32;

/**
 * The newest events, in the order they happened; the oldest make room. Bounded by number and by bytes: an event
 * carries no message content and no configuration, but an orchestrator may give a reason of some kilobytes.
 */
export class EventBuffer {
  private readonly slots: (FleetEvent | undefined)[];
  /** Number of the next event; the buffer holds those before it. */
  private next = 0;
  /** Number of the oldest event that has not made room. */
  private first = 0;

  constructor(
    private readonly capacity: number,
    private readonly budget: ByteBudget,
  ) {
    this.slots = new Array<FleetEvent | undefined>(capacity);
  }

  /** The number that the next pushed event has. */
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
    this.budget.take(bytes);
    this.slots[this.next % this.capacity] = event;
    this.next += 1;
  }

  /** The events from number `from` on; undefined when some of them have made room already. */
  since(from: number): FleetEvent[] | undefined {
    if (from < this.first || from > this.next) return undefined;
    const events: FleetEvent[] = [];
    for (let number = from; number < this.next; number += 1) {
      const event = this.slots[number % this.capacity];
      if (event) events.push(event);
    }
    return events;
  }

  /** Every event that is left, newest first. */
  *newestFirst(): Generator<FleetEvent> {
    for (let number = this.next - 1; number >= this.first; number -= 1) {
      const event = this.slots[number % this.capacity];
      if (event) yield event;
    }
  }

  /** Forgets what happened before `at` (ISO 8601). */
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
    if (event) this.budget.give(bytesOf(event));
    this.slots[slot] = undefined;
  }
}

function bytesOf({ summary, data }: FleetEvent): number {
  return EVENT_BYTES + Buffer.byteLength(summary) + bytesOfValue(data);
}

function bytesOfValue(value: JsonValue): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 0;
  let bytes = 0;
  for (const member of Object.values(value)) bytes += MEMBER_BYTES + bytesOfValue(member);
  return bytes;
}
