import {
  FLEET_EVENT_TYPES,
  isJsonObject,
  STREAM_EVENTS,
  type FleetEvent,
  type HeartbeatEventData,
} from '@moolai/contracts';
import type { StreamFrame } from './event-frames';

/** Events of a moment in order, and the latest heartbeat of each orchestrator. */
export interface LiveBatch {
  readonly events: readonly FleetEvent[];
  /** Last seen by orchestrator id. */
  readonly heartbeats: ReadonlyMap<string, string>;
}

const EVENT_NAMES: ReadonlySet<string> = new Set(FLEET_EVENT_TYPES);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Text of a proxy; the stream continues after it.
    return undefined;
  }
}

/**
 * The one place where text becomes an event. The fields are not checked: the controller's compiler did that. A field
 * that is missing in older versions is optional in its type.
 */
function isFleetEvent(value: unknown, name: string): value is FleetEvent {
  return (
    isJsonObject(value) && value['type'] === name && EVENT_NAMES.has(name) && isJsonObject(value['data'])
  );
}

function isHeartbeats(value: unknown): value is HeartbeatEventData {
  return isJsonObject(value) && Array.isArray(value['items']);
}

/** Collects events until they are processed. */
export class BatchBuilder {
  private events: FleetEvent[] = [];
  private heartbeats = new Map<string, string>();

  get isEmpty(): boolean {
    return this.events.length === 0 && this.heartbeats.size === 0;
  }

  /** Number of collected events. */
  get size(): number {
    return this.events.length;
  }

  /** Adds a frame; false if it is not an event of the fleet. */
  add({ name, data }: StreamFrame): boolean {
    const value = parse(data);
    if (name === STREAM_EVENTS.heartbeat && isHeartbeats(value)) {
      for (const { orchestrator_id, last_seen } of value.items)
        this.heartbeats.set(orchestrator_id, last_seen);
      return true;
    }
    if (!isFleetEvent(value, name)) return false;
    this.events.push(value);
    return true;
  }

  /** Returns the collected events, and starts again. */
  take(): LiveBatch {
    const batch = { events: this.events, heartbeats: this.heartbeats };
    this.events = [];
    this.heartbeats = new Map();
    return batch;
  }
}
