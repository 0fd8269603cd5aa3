import type { Provider } from '@angular/core';
import { STREAM_EVENTS, type FleetEvent, type FleetEventData, type FleetEventType } from '@moolai/contracts';
import { EventStream, type StreamReader } from '../app/core/live/event-stream';
import { BATCH_MS } from '../app/core/live/live.store';
import { NetworkError, type RequestFailure } from '../app/core/http/request-failure';
import { NOW } from './builders';
import { EVENT_DATA } from './event-data';
import { pass, settle } from './gestures';

/** An event stream controlled by the test. */
export class FakeStream {
  private reader: StreamReader | undefined;
  private finish: (failure: RequestFailure) => void = () => undefined;
  /** Number of connection attempts. */
  attempts = 0;
  /** The id of the last event. */
  position: string | undefined;
  /** True while a connection is open. */
  isOpen = false;

  reset(): void {
    this.reader = undefined;
    this.position = undefined;
  }

  read(reader: StreamReader, signal: AbortSignal): Promise<RequestFailure> {
    this.attempts += 1;
    this.reader = reader;
    this.isOpen = true;
    return new Promise((resolve) => {
      const finish = (failure: RequestFailure): void => {
        this.isOpen = false;
        resolve(failure);
      };
      this.finish = finish;
      signal.addEventListener('abort', () => finish(new NetworkError()));
    });
  }

  /** Opens the connection. */
  async ready(isContinued = false): Promise<void> {
    this.reader?.onReady(isContinued);
    await settle();
  }

  /** Ends the connection. */
  async end(failure: RequestFailure = new NetworkError()): Promise<void> {
    this.finish(failure);
    await settle();
  }

  /** Sends events, and lets the console process them. */
  async tell(...events: FleetEvent[]): Promise<void> {
    for (const event of events) this.send(event.type, event, event.id);
    await pass(BATCH_MS);
  }

  /** Sends a heartbeat. */
  async beat(orchestratorId: string, lastSeen: string): Promise<void> {
    const item = { orchestrator_id: orchestratorId, organization_id: 'org-001', last_seen: lastSeen };
    this.send(STREAM_EVENTS.heartbeat, { items: [item] });
    await pass(BATCH_MS);
  }

  private send(name: string, data: unknown, id?: string): void {
    if (id !== undefined) this.position = id;
    this.reader?.onFrame({ name, data: JSON.stringify(data), id });
  }
}

/** Provides a test's stream instead of the controller's. */
export function provideStream(stream = new FakeStream()): Provider {
  return { provide: EventStream, useValue: stream };
}

let eventCount = 0;

type EventOf<T extends FleetEventType> = Extract<FleetEvent, { type: T }>;

/** What a test wants of an event; the rest of its data is an example. */
interface Wanted<T extends FleetEventType> extends Partial<Omit<FleetEvent, 'type' | 'data'>> {
  type?: T;
  data?: Partial<FleetEventData<T>>;
}

export function fleetEvent<T extends FleetEventType = 'orchestrator.connected'>(
  wanted: Wanted<T> = {},
): EventOf<T> {
  eventCount += 1;
  const type = wanted.type ?? 'orchestrator.connected';
  return {
    id: `test-${eventCount}`,
    type,
    at: NOW,
    organization_id: 'org-001',
    orchestrator_id: 'orch-001',
    actor: 'orchestrator',
    summary: 'orch-001 connected.',
    ...wanted,
    data: { ...EVENT_DATA[type], ...wanted.data },
  } as EventOf<T>;
}
