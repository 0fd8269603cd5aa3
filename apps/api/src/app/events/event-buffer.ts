import type { FleetEvent } from '@moolai/contracts';

/**
 * The newest events, in the order they happened; the oldest make room. Bounded by number: an event
 * carries no message content and no configuration, so that each is small.
 */
export class EventBuffer {
  private readonly slots: (FleetEvent | undefined)[];
  /** Number of the next event; the buffer holds those before it. */
  private next = 0;

  constructor(private readonly capacity: number) {
    this.slots = new Array<FleetEvent | undefined>(capacity);
  }

  /** The number that the next pushed event has. */
  get position(): number {
    return this.next;
  }

  push(event: FleetEvent): void {
    this.slots[this.next % this.capacity] = event;
    this.next += 1;
  }

  /** The events from number `from` on; undefined when some of them have made room already. */
  since(from: number): FleetEvent[] | undefined {
    if (from < this.oldest() || from > this.next) return undefined;
    const events: FleetEvent[] = [];
    for (let number = from; number < this.next; number += 1) {
      const event = this.slots[number % this.capacity];
      if (event) events.push(event);
    }
    return events;
  }

  /** Every event that is left, newest first. */
  *newestFirst(): Generator<FleetEvent> {
    for (let number = this.next - 1; number >= this.oldest(); number -= 1) {
      const event = this.slots[number % this.capacity];
      if (event) yield event;
    }
  }

  /** Forgets what happened before `at` (ISO 8601). */
  dropBefore(at: string): void {
    for (let number = this.oldest(); number < this.next; number += 1) {
      const slot = number % this.capacity;
      const event = this.slots[slot];
      if (event && event.at >= at) return;
      this.slots[slot] = undefined;
    }
  }

  private oldest(): number {
    return Math.max(0, this.next - this.capacity);
  }
}
