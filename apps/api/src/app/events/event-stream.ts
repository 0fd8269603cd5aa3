import type { ServerResponse } from 'node:http';
import { STREAM_EVENTS, type FleetEvent, type HeartbeatEventData } from '@moolai/contracts';
import type { EventSubscriber, FleetEvents } from './fleet-events.js';

/** A browser that lost the stream reconnects after this time. */
const RETRY_MS = 2_000;
/** A reader with more unread bytes than this is disconnected, and can resume later. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** An ended stream whose reader does not take the rest within this time is cut, to free the socket. */
const END_PATIENCE_MS = 5_000;

/** Whether a reader may see an organization; null stands for the whole fleet. */
export type Visibility = (organizationId: string | null) => boolean;

/** One reader of the stream of server-sent events (WHATWG HTML, section 9.2). */
export class EventStream implements EventSubscriber {
  private readonly unsubscribe: () => void;
  private ended: (() => void) | undefined;
  private hasEnded = false;

  /**
   * Starts the stream with the missed events, or with `resync` if they are no longer available.
   * @param lastEventId the last event that the reader received; undefined for a new one
   */
  constructor(
    private readonly response: ServerResponse,
    events: FleetEvents,
    private readonly mayKnow: Visibility,
    lastEventId: string | undefined,
  ) {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      connection: 'keep-alive',
      // Keeps nginx from buffering.
      'x-accel-buffering': 'no',
    });
    this.write(`retry: ${RETRY_MS}\n\n`);
    this.begin(events, lastEventId);
    this.unsubscribe = events.subscribe(this);
    response.once('close', () => this.end());
    // The reader left; `close` follows.
    response.on('error', () => undefined);
  }

  onEvent(event: FleetEvent): void {
    if (this.mayKnow(event.organization_id)) this.send(event.type, event, event.id);
  }

  onHeartbeats({ items }: HeartbeatEventData): void {
    const visible = items.filter((item) => this.mayKnow(item.organization_id));
    if (visible.length > 0) this.send(STREAM_EVENTS.heartbeat, { items: visible });
  }

  onGap(): void {
    this.resync();
  }

  /** Writes a comment, which readers ignore, so that proxies keep the connection. */
  keepAlive(): void {
    this.write(': \n\n');
  }

  /** Calls `listener` once, when the stream ends. */
  onEnd(listener: () => void): void {
    this.ended = listener;
    if (this.hasEnded) listener();
  }

  /** Ends the stream. Repeated calls have no effect. */
  end(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.unsubscribe();
    this.ended?.();
    if (this.response.destroyed) return;
    this.response.end();
    const cut = setTimeout(() => this.response.destroy(), END_PATIENCE_MS).unref();
    this.response.once('close', () => clearTimeout(cut));
  }

  private begin(events: FleetEvents, lastEventId: string | undefined): void {
    const resumption = lastEventId === undefined ? undefined : events.since(lastEventId);
    if (resumption?.isComplete) {
      for (const event of resumption.missed) this.onEvent(event);
    } else if (resumption) {
      this.resync();
    }
    this.send(STREAM_EVENTS.ready, {}, events.currentId());
  }

  private resync(): void {
    this.send(STREAM_EVENTS.resync, { reason: 'Events were missed; load everything again.' });
  }

  private send(name: string, data: object, id?: string): void {
    const idLine = id === undefined ? '' : `id: ${id}\n`;
    this.write(`${idLine}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  private write(text: string): void {
    if (this.response.destroyed || this.response.writableEnded) return;
    if (this.response.writableLength > MAX_WAITING_BYTES) this.response.destroy();
    else this.response.write(text);
  }
}
