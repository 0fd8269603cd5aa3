import type { FleetEvent } from '@moolai/contracts';

/** The missed events of a stream, and whether it can resume. */
export type Resumption = { isComplete: true; missed: FleetEvent[] } | { isComplete: false };

/** Receives the events of a log in its order. Must be fast and must not throw. */
export interface LogReceiver {
  onEvent(event: FleetEvent): void;
  /** Events may have been missed: readers must load everything again. */
  onGap(): void;
}

/** The order of events, and their ids. Keeps the newest in memory (the HLD's activity buffer). */
export abstract class EventLog {
  protected receiver: LogReceiver = { onEvent: () => undefined, onGap: () => undefined };

  /** Sets who receives the events. */
  deliverTo(receiver: LogReceiver): void {
    this.receiver = receiver;
  }

  /** Adds an event and sets its id. It is delivered in its turn, which may be later. */
  abstract add(event: FleetEvent): void;

  /** The id of the newest event, from which a new stream resumes. */
  abstract currentId(): string;

  /** The events after the one with this id, as far as available. */
  abstract since(lastEventId: string): Resumption;

  /** The stored events, newest first. */
  abstract newestFirst(): Iterable<FleetEvent>;

  /** Drops events before `at` (ISO 8601). */
  abstract dropBefore(at: string): void;
}
