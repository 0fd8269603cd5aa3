import { DestroyRef, DOCUMENT, inject, Injectable, signal } from '@angular/core';
import type { RequestFailure } from '../http/request-failure';
import { isRateLimited, NetworkError } from '../http/request-failure';
import { backOffMs } from './back-off';
import { EventStream } from './event-stream';
import { BatchBuilder, type LiveBatch } from './live-batch';

/** Whether what is on the screen follows the controller. */
export type Connection =
  | { name: 'connecting' }
  | { name: 'live' }
  | { name: 'reconnecting'; failure: RequestFailure; sinceMs: number };

/** Whoever follows the fleet. */
export interface Follower {
  /** Something happened. */
  onBatch?(batch: LiveBatch): void;
  /** Anything may have happened: read everything again. */
  onResync?(): void;
}

/** Events are passed on this often: fast for an eye, and slow enough for thousands of them a second. */
export const BATCH_MS = 150;
/** More than this many events at once are cheaper to read anew than to take in. */
const MAX_WAITING = 5_000;
/** So many that the pause before the next attempt is the longest. */
const MANY_FAILURES = 10;

/**
 * Follows what happens in the fleet, and tells whoever wants to know. It reads while somebody keeps it
 * going, comes back by itself after an interruption, and says when everything must be read again.
 */
@Injectable({ providedIn: 'root' })
export class LiveStore {
  private readonly stream = inject(EventStream);
  private readonly window = inject(DOCUMENT).defaultView;
  private readonly current = signal<Connection>({ name: 'connecting' });
  private readonly followers = new Set<Follower>();
  private readonly builder = new BatchBuilder();
  private flushTimer: ReturnType<typeof setTimeout> | undefined;
  private running: AbortController | undefined;
  /** Ends the present connection, or the pause before the next one. */
  private interrupt: () => void = () => undefined;

  readonly connection = this.current.asReadonly();

  /** Keeps the stream going until `owner` is destroyed. */
  start(owner: DestroyRef): void {
    const running = new AbortController();
    this.running?.abort();
    this.running = running;
    this.stream.reset();
    this.current.set({ name: 'connecting' });
    const wake = (): void => this.reconnect();
    this.window?.addEventListener('online', wake);
    this.window?.addEventListener('offline', wake);
    owner.onDestroy(() => {
      this.window?.removeEventListener('online', wake);
      this.window?.removeEventListener('offline', wake);
      clearTimeout(this.flushTimer);
      running.abort();
      this.interrupt();
    });
    void this.run(running.signal);
  }

  /** Tells `follower` of everything until `owner` is destroyed. */
  follow(follower: Follower, owner: DestroyRef): void {
    this.followers.add(follower);
    owner.onDestroy(() => this.followers.delete(follower));
  }

  /** Tries to connect now instead of waiting; a connection that stands is made anew. */
  reconnect(): void {
    this.interrupt();
  }

  /** Has everything read anew: what is shown is known to be old. */
  refresh(): void {
    this.resync();
  }

  private async run(stopped: AbortSignal): Promise<void> {
    let failures = 0;
    while (!stopped.aborted) {
      const connection = new AbortController();
      const stop = (): void => connection.abort();
      stopped.addEventListener('abort', stop);
      this.interrupt = stop;
      const reader = {
        onReady: (isContinued: boolean) => {
          failures = 0;
          this.becameLive(isContinued);
        },
        onFrame: (frame: Parameters<BatchBuilder['add']>[0]) => this.onFrame(frame),
      };
      const failure = await this.stream.read(reader, connection.signal);
      stopped.removeEventListener('abort', stop);
      if (stopped.aborted) return;
      // Only a closed tab makes room; asking every second would not.
      failures = isRateLimited(failure) ? MANY_FAILURES : failures + 1;
      this.lost(failure);
      await this.pause(backOffMs(failures, Math.random()));
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.interrupt = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private becameLive(isContinued: boolean): void {
    this.current.set({ name: 'live' });
    if (!isContinued) this.resync();
  }

  private lost(failure: RequestFailure): void {
    const previous = this.current();
    const sinceMs = previous.name === 'reconnecting' ? previous.sinceMs : Date.now();
    const isOffline = this.window?.navigator.onLine === false;
    this.current.set({ name: 'reconnecting', failure: isOffline ? new NetworkError() : failure, sinceMs });
  }

  private onFrame(frame: Parameters<BatchBuilder['add']>[0]): void {
    if (!this.builder.add(frame)) return;
    if (this.builder.size > MAX_WAITING) this.resync();
    else this.flushTimer ??= setTimeout(() => this.flush(), BATCH_MS);
  }

  private flush(): void {
    this.flushTimer = undefined;
    if (this.builder.isEmpty) return;
    const batch = this.builder.take();
    for (const follower of this.followers) follower.onBatch?.(batch);
  }

  private resync(): void {
    this.builder.take();
    for (const follower of this.followers) follower.onResync?.();
  }
}
