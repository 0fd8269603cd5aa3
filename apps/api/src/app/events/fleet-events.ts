import { Inject, Injectable } from '@nestjs/common';
import type {
  FleetEvent,
  FleetEventData,
  FleetEventType,
  HeartbeatEventData,
  NoEventData,
} from '@moolai/contracts';
import { ByteBudgets } from '../../platform/batching/byte-budgets.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { EventBuffer } from './event-buffer.js';
import { EventIds } from './event-ids.js';

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
}

/** The missed events of a stream, and whether it can resume. */
export type Resumption = { isComplete: true; missed: FleetEvent[] } | { isComplete: false };

/**
 * Receives events from all features. Keeps the newest in memory (the HLD's activity buffer), and passes each to the
 * subscribers.
 */
@Injectable()
export class FleetEvents {
  private readonly buffer: EventBuffer;
  private readonly subscribers = new Set<EventSubscriber>();
  private readonly ids = new EventIds();

  constructor(
    @Inject(SETTINGS) settings: Settings,
    private readonly clock: Clock,
    { activity }: ByteBudgets,
  ) {
    this.buffer = new EventBuffer(settings.activityBufferSize, activity);
  }

  publish(happening: Happening): void {
    const { organizationId, orchestratorId, actor, summary, ...what } = happening;
    const head = {
      id: this.ids.idOf(this.buffer.position + 1),
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
    this.buffer.push(event);
    for (const subscriber of this.subscribers) subscriber.onEvent(event);
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

  /** Subscribes; returns a function that unsubscribes. */
  subscribe(subscriber: EventSubscriber): () => void {
    this.subscribers.add(subscriber);
    return () => this.subscribers.delete(subscriber);
  }

  /** The id of the newest event, from which a new stream resumes. */
  currentId(): string {
    return this.ids.idOf(this.buffer.position);
  }

  /** The events after the one with this id, as far as available. */
  since(lastEventId: string): Resumption {
    const count = this.ids.countOf(lastEventId);
    const missed = count === undefined ? undefined : this.buffer.since(count);
    return missed ? { isComplete: true, missed } : { isComplete: false };
  }

  /** The stored events, newest first. */
  newestFirst(): Iterable<FleetEvent> {
    return this.buffer.newestFirst();
  }

  /** Drops events before `at`. */
  dropBefore(at: Date): void {
    this.buffer.dropBefore(at.toISOString());
  }
}
