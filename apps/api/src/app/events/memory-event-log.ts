import type { FleetEvent } from '@moolai/contracts';
import { EventBuffer } from './event-buffer.js';
import { EventIds } from './event-ids.js';
import { EventLog, type Resumption } from './event-log.js';

/** The log of the only controller: events are delivered while they are added. */
export class MemoryEventLog extends EventLog {
  private readonly ids = new EventIds();

  constructor(private readonly buffer: EventBuffer) {
    super();
  }

  add(event: FleetEvent): void {
    event.id = this.ids.idOf(this.buffer.position + 1);
    this.buffer.push(event);
    this.receiver.onEvent(event);
  }

  currentId(): string {
    return this.ids.idOf(this.buffer.position);
  }

  since(lastEventId: string): Resumption {
    const count = this.ids.countOf(lastEventId);
    const missed = count === undefined ? undefined : this.buffer.since(count);
    return missed ? { isComplete: true, missed } : { isComplete: false };
  }

  newestFirst(): Iterable<FleetEvent> {
    return this.buffer.newestFirst();
  }

  dropBefore(at: string): void {
    this.buffer.dropBefore(at);
  }
}
