import type { ServerResponse } from 'node:http';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { settleWithin } from '../process/settle-within.js';

/** How long a clean shutdown waits for pending answers. */
const GRACE_MS = 5_000;

/**
 * Clean shutdown of the HTTP side: the process first reports that it is not ready, then accepts nothing new, and
 * answers pending requests before anything is closed.
 */
@Injectable()
export class RequestDrain implements BeforeApplicationShutdown {
  private readonly underWay = new Set<ServerResponse>();
  private finishing: Promise<void> | undefined;
  private onEmpty: () => void = () => undefined;
  /** True once the shutdown has been announced to load balancers. */
  isAnnounced = false;

  /** The process reports that it is not ready. */
  announce(): void {
    this.isAnnounced = true;
  }

  /** True if new requests are refused. */
  get isClosed(): boolean {
    return this.finishing !== undefined;
  }

  /** A request was accepted; it counts until it is answered or its client has left. */
  begin(response: ServerResponse): void {
    this.underWay.add(response);
    response.once('close', () => {
      this.underWay.delete(response);
      if (this.underWay.size === 0) this.onEmpty();
    });
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.finish();
  }

  /** Refuses new requests, and waits a bounded time for pending ones. Later calls join the first. */
  finish(): Promise<void> {
    this.isAnnounced = true;
    this.finishing ??= this.untilEmpty();
    return this.finishing;
  }

  private async untilEmpty(): Promise<void> {
    if (this.underWay.size === 0) return;
    const empty = new Promise<void>((resolve) => (this.onEmpty = resolve));
    await settleWithin(empty, GRACE_MS);
  }
}
