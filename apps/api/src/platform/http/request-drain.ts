import type { ServerResponse } from 'node:http';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { settleWithin } from '../process/settle-within.js';

/** How long an orderly end waits for answers that are still being made. */
const GRACE_MS = 5_000;

/**
 * The orderly end as those see it who send requests: first this process says that it is not ready, then it takes
 * nothing new, and what it has taken is answered before anything is closed.
 */
@Injectable()
export class RequestDrain implements BeforeApplicationShutdown {
  private readonly underWay = new Set<ServerResponse>();
  private finishing: Promise<void> | undefined;
  private onEmpty: () => void = () => undefined;
  /** True from the moment when the process is to end; load balancers are told. */
  isAnnounced = false;

  /** From now on this process is not ready. */
  announce(): void {
    this.isAnnounced = true;
  }

  /** True when nothing new is taken. */
  get isClosed(): boolean {
    return this.finishing !== undefined;
  }

  /** A request was taken; it counts until its answer is out or its client has left. */
  taken(response: ServerResponse): void {
    this.underWay.add(response);
    response.once('close', () => {
      this.underWay.delete(response);
      if (this.underWay.size === 0) this.onEmpty();
    });
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.finish();
  }

  /** Takes nothing new, and waits a bounded time for what is under way. Whoever calls first begins it. */
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
