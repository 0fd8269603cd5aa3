import {
  FLEET_EVENT_TYPES,
  isJsonObject,
  STREAM_EVENTS,
  type FleetEvent,
  type HeartbeatEventData,
} from '@moolai/contracts';
import type { StreamFrame } from './event-frames';

/** What happened within a moment: events in their order, and the latest heartbeat of each who beat. */
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
    // A proxy's words, not the controller's: the stream goes on behind them.
    return undefined;
  }
}

function isFleetEvent(value: unknown): value is FleetEvent {
  return isJsonObject(value) && typeof value['type'] === 'string' && isJsonObject(value['data']);
}

function isHeartbeats(value: unknown): value is HeartbeatEventData {
  return isJsonObject(value) && Array.isArray(value['items']);
}

/** Gathers what comes until somebody has time for it. */
export class BatchBuilder {
  private events: FleetEvent[] = [];
  private heartbeats = new Map<string, string>();

  get isEmpty(): boolean {
    return this.events.length === 0 && this.heartbeats.size === 0;
  }

  /** How many events wait. */
  get size(): number {
    return this.events.length;
  }

  /** Adds a frame of the stream; false when it is none of the fleet's. */
  add({ name, data }: StreamFrame): boolean {
    const value = parse(data);
    if (name === STREAM_EVENTS.heartbeat && isHeartbeats(value)) {
      for (const { orchestrator_id, last_seen } of value.items)
        this.heartbeats.set(orchestrator_id, last_seen);
      return true;
    }
    if (!EVENT_NAMES.has(name) || !isFleetEvent(value)) return false;
    this.events.push(value);
    return true;
  }

  /** Gives what was gathered, and begins anew. */
  take(): LiveBatch {
    const batch = { events: this.events, heartbeats: this.heartbeats };
    this.events = [];
    this.heartbeats = new Map();
    return batch;
  }
}
