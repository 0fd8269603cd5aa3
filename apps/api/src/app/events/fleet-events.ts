import { Injectable } from '@nestjs/common';
import type {
  FleetEvent,
  FleetEventData,
  FleetEventType,
  HeartbeatEventData,
  NoEventData,
} from '@moolai/contracts';
import { Clock } from '../../platform/clock/clock.js';
import { EventLog, type LogReceiver, type Resumption } from './event-log.js';

interface HappeningHead<T extends FleetEventType> {
  type: T;
  organizationId: string | null;
  orchestratorId?: string | null;
  /** The actor; `system` by default. */
  actor?: string;
  summary: string;
}

/** Data may be left out only where the type of event has none. */
type HappeningData<D> = NoEventData extends D ? { data?: D } : { data: D };

/** The part of an event of type `T` that its feature provides. */
export type HappeningOf<T extends FleetEventType> = HappeningHead<T> & HappeningData<FleetEventData<T>>;

/** The part of a {@link FleetEvent} that its feature provides. */
export type Happening = { [T in FleetEventType]: HappeningOf<T> }[FleetEventType];

/** Types of events without data. */
export type PlainEventType = {
  [T in FleetEventType]: FleetEventData<T> extends NoEventData ? T : never;
}[FleetEventType];

/** A receiver of events. Must be fast and must not throw. */
export interface EventSubscriber {
  onEvent(event: FleetEvent): void;
  onHeartbeats?(data: HeartbeatEventData): void;
  /** Events may have been missed. */
  onGap?(): void;
}

/** Receives events from all features, and passes those of the whole fleet to the subscribers, in the log's order. */
@Injectable()
export class FleetEvents implements LogReceiver {
  private readonly subscribers = new Set<EventSubscriber>();
  private readonly ownSubscribers = new Set<(event: FleetEvent) => void>();

  constructor(
    private readonly log: EventLog,
    private readonly clock: Clock,
  ) {
    log.deliverTo(this);
  }

  publish(happening: Happening): void {
    const { organizationId, orchestratorId, actor, summary, ...what } = happening;
    const head = {
      id: '',
      type: what.type,
      at: this.clock.now().toISOString(),
      organization_id: organizationId,
      orchestrator_id: orchestratorId ?? null,
      actor: actor ?? 'system',
      summary,
      data: {},
    };
    // Spread from one value, so that the type stays with its data.
    const event: FleetEvent = { ...head, ...what };
    for (const listener of this.ownSubscribers) listener(event);
    this.log.add(event);
  }

  onEvent(event: FleetEvent): void {
    for (const subscriber of this.subscribers) subscriber.onEvent(event);
  }

  onGap(): void {
    for (const subscriber of this.subscribers) subscriber.onGap?.();
  }

  /** Publishes heartbeats of about one second. They are not stored, because later ones supersede them. */
  publishHeartbeats(items: HeartbeatEventData['items']): void {
    if (items.length === 0) return;
    for (const subscriber of this.subscribers) subscriber.onHeartbeats?.({ items });
  }

  /** False if nothing subscribes, so that heartbeats need not be collected. */
  get hasHeartbeatListeners(): boolean {
    for (const subscriber of this.subscribers) if (subscriber.onHeartbeats) return true;
    return false;
  }

  /**
   * Subscribes to the events of this process only, for what each controller does for itself. `listener` is called while
   * an event is published, before it has its id. Returns a function that unsubscribes.
   */
  subscribeOwn(listener: (event: FleetEvent) => void): () => void {
    this.ownSubscribers.add(listener);
    return () => this.ownSubscribers.delete(listener);
  }

  /** Subscribes to the events of the fleet; returns a function that unsubscribes. */
  subscribe(subscriber: EventSubscriber): () => void {
    this.subscribers.add(subscriber);
    return () => this.subscribers.delete(subscriber);
  }

  /** The id of the newest event, from which a new stream resumes. */
  currentId(): string {
    return this.log.currentId();
  }

  /** The events after the one with this id, as far as available. */
  since(lastEventId: string): Resumption {
    return this.log.since(lastEventId);
  }

  /** The stored events, newest first. */
  newestFirst(): Iterable<FleetEvent> {
    return this.log.newestFirst();
  }

  /** Drops events before `at`. */
  dropBefore(at: Date): void {
    this.log.dropBefore(at.toISOString());
  }
}
