import type { FleetEvent } from '@moolai/contracts';
import type { Outgoing } from './event-channel.js';

/** An event of this process that was not yet read from the stream. */
export interface OwnEvent extends Outgoing {
  event: FleetEvent;
}

/** At a thousand events a second, ten times what a slow Redis can delay. */
const MAX_UNREAD = 20_000;
const MAX_UNREAD_BYTES = 16 * 1024 * 1024;
/** Events from the time without Redis that other controllers get later. */
const MAX_TOLD = 1_000;

/**
 * The events of this process that have not come back from the stream: those that were not delivered yet, and those that
 * were delivered without it.
 */
export class OwnEvents {
  /** By their number, in order. */
  private readonly unread = new Map<number, OwnEvent>();
  private readonly told = new Map<number, OwnEvent>();
  private unreadBytes = 0;
  private count = 0;
  /** True if other controllers will never get some of them. */
  hasLost = false;

  /** Numbers an event. */
  wrap(event: FleetEvent): OwnEvent {
    this.count += 1;
    return { event, count: this.count, payload: JSON.stringify({ ...event, id: undefined }) };
  }

  /** Keeps an event until it was read; false if too many are kept. */
  await(own: OwnEvent): boolean {
    const { length } = own.payload;
    if (this.unread.size >= MAX_UNREAD || this.unreadBytes + length > MAX_UNREAD_BYTES) return false;
    this.unread.set(own.count, own);
    this.unreadBytes += length;
    return true;
  }

  /** Keeps an event that was delivered without the stream. The oldest are dropped. */
  tell(own: OwnEvent): void {
    this.told.set(own.count, own);
    if (this.told.size <= MAX_TOLD) return;
    for (const oldest of this.told.keys()) {
      this.told.delete(oldest);
      this.hasLost = true;
      break;
    }
  }

  /** Takes the event that was read, if it was not delivered yet. */
  takeUnread(count: number): FleetEvent | undefined {
    const own = this.unread.get(count);
    if (!own) return undefined;
    this.unread.delete(count);
    this.unreadBytes -= own.payload.length;
    return own.event;
  }

  /** Takes the event that was read, if it was delivered before. */
  takeTold(count: number): FleetEvent | undefined {
    const own = this.told.get(count);
    this.told.delete(count);
    return own?.event;
  }

  /** Takes all that were not delivered yet, in order. */
  takeAllUnread(): OwnEvent[] {
    const all = [...this.unread.values()];
    this.unread.clear();
    this.unreadBytes = 0;
    return all;
  }

  /** Those with a number from `count` on that were delivered without the stream. */
  toldFrom(count: number): OwnEvent[] {
    return [...this.told.values()].filter((own) => own.count >= count);
  }
}
