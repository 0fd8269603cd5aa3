import { Inject, Injectable } from '@nestjs/common';
import type { FleetEvent, FleetEventType, HeartbeatEventData, JsonObject } from '@moolai/contracts';
import { ByteBudgets } from '../../platform/batching/byte-budgets.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { EventBuffer } from './event-buffer.js';
import { EventIds } from './event-ids.js';

/** What a feature tells of something that happened; the rest of a {@link FleetEvent} follows. */
export interface Happening {
  type: FleetEventType;
  organizationId: string | null;
  orchestratorId?: string | null;
  /** Who did it; `system` when nobody did. */
  actor?: string;
  summary: string;
  data?: JsonObject;
}

/** Whoever wants to hear of events as they happen. Must not throw, and must not take long. */
export interface EventSubscriber {
  onEvent(event: FleetEvent): void;
  onHeartbeats?(data: HeartbeatEventData): void;
}

/** Where a stream left off, and whether it can go on from there. */
export type Resumption = { isComplete: true; missed: FleetEvent[] } | { isComplete: false };

/**
 * The one place where features say what happened. Keeps the newest events in memory (the HLD's
 * activity buffer), and passes each on to whoever listens.
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
    const event: FleetEvent = {
      id: this.ids.idOf(this.buffer.position + 1),
      type: happening.type,
      at: this.clock.now().toISOString(),
      organization_id: happening.organizationId,
      orchestrator_id: happening.orchestratorId ?? null,
      actor: happening.actor ?? 'system',
      summary: happening.summary,
      data: happening.data ?? {},
    };
    this.buffer.push(event);
    for (const subscriber of this.subscribers) subscriber.onEvent(event);
  }

  /** Heartbeats of about a second. They are not kept: the next ones supersede them. */
  publishHeartbeats(items: HeartbeatEventData['items']): void {
    if (items.length === 0) return;
    for (const subscriber of this.subscribers) subscriber.onHeartbeats?.({ items });
  }

  /** False while nobody would hear of heartbeats, so that nobody gathers them. */
  get hasHeartbeatListeners(): boolean {
    for (const subscriber of this.subscribers) if (subscriber.onHeartbeats) return true;
    return false;
  }

  /** Starts telling `subscriber`; gives what ends that. */
  subscribe(subscriber: EventSubscriber): () => void {
    this.subscribers.add(subscriber);
    return () => this.subscribers.delete(subscriber);
  }

  /** The id of the newest event: a stream that begins now resumes from here. */
  currentId(): string {
    return this.ids.idOf(this.buffer.position);
  }

  /** What came after the event with this id, as far as it is still known. */
  since(lastEventId: string): Resumption {
    const count = this.ids.countOf(lastEventId);
    const missed = count === undefined ? undefined : this.buffer.since(count);
    return missed ? { isComplete: true, missed } : { isComplete: false };
  }

  /** The events that are kept, newest first. */
  newestFirst(): Iterable<FleetEvent> {
    return this.buffer.newestFirst();
  }

  /** Forgets what happened before `at`. */
  dropBefore(at: Date): void {
    this.buffer.dropBefore(at.toISOString());
  }
}
