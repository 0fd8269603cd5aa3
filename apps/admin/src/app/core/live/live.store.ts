import { DestroyRef, DOCUMENT, inject, Injectable, signal } from '@angular/core';
import type { RequestFailure } from '../http/request-failure';
import { NetworkError } from '../http/request-failure';
import type { StreamFrame } from './event-frames';
import { BatchBuilder, type LiveBatch } from './live-batch';
import { SharedStream, type StreamSink } from './shared-stream';

/** Whether the display follows the controller. */
export type Connection =
  | { name: 'connecting' }
  | { name: 'live' }
  /** The controller answers, but a proxy buffers the stream: everything is reloaded every few seconds. */
  | { name: 'polling'; sinceMs: number }
  | { name: 'reconnecting'; failure: RequestFailure; sinceMs: number };

/** A follower of the fleet. */
export interface Follower {
  /** Events arrived. */
  onBatch?(batch: LiveBatch): void;
  /** Events may be missing: reload everything. */
  onResync?(): void;
}

/** Interval of batches: fast for users, and slow enough for thousands of events per second. */
export const BATCH_MS = 150;
/** Beyond this many events, reloading is cheaper. */
const MAX_WAITING = 5_000;
/** Interval of reloading while the stream is buffered. */
export const POLL_MS = 10_000;

/**
 * Follows the fleet's events and notifies followers. Runs while it has owners, reconnects automatically, and reports
 * when everything must be reloaded.
 */
@Injectable({ providedIn: 'root' })
export class LiveStore {
  private readonly stream = inject(SharedStream);
  private readonly window = inject(DOCUMENT).defaultView;
  private readonly current = signal<Connection>({ name: 'connecting' });
  private readonly followers = new Set<Follower>();
  private readonly builder = new BatchBuilder();
  private flushTimer: ReturnType<typeof setTimeout> | undefined;
  private pollTimer: ReturnType<typeof setInterval> | undefined;
  private running: AbortController | undefined;
  private readonly sink: StreamSink = {
    onReady: (isContinued) => this.becameLive(isContinued),
    onFrame: (frame) => this.onFrame(frame),
    onLost: (failure) => this.lost(failure),
    onHeldBack: () => this.poll(),
    onLeft: () => this.enter({ name: 'connecting' }),
  };

  readonly connection = this.current.asReadonly();

  /** Keeps the stream open until `owner` is destroyed. */
  start(owner: DestroyRef): void {
    const running = new AbortController();
    this.running?.abort();
    this.running = running;
    this.enter({ name: 'connecting' });
    const wake = (): void => this.stream.wake();
    this.window?.addEventListener('online', wake);
    this.window?.addEventListener('offline', wake);
    owner.onDestroy(() => {
      this.window?.removeEventListener('online', wake);
      this.window?.removeEventListener('offline', wake);
      clearTimeout(this.flushTimer);
      clearInterval(this.pollTimer);
      running.abort();
    });
    void this.stream.follow(this.sink, running.signal);
  }

  /** Notifies `follower` until `owner` is destroyed. */
  follow(follower: Follower, owner: DestroyRef): void {
    this.followers.add(follower);
    owner.onDestroy(() => this.followers.delete(follower));
  }

  /** Connects immediately instead of waiting; replaces an existing connection. */
  reconnect(): void {
    this.stream.reconnect();
  }

  /** Reloads everything, because the display is outdated. */
  refresh(): void {
    this.resync();
  }

  private becameLive(isContinued: boolean): void {
    this.enter({ name: 'live' });
    if (!isContinued) this.resync();
  }

  private lost(failure: RequestFailure): void {
    const isOffline = this.window?.navigator.onLine === false;
    const sinceMs = this.notLiveSinceMs();
    this.enter({ name: 'reconnecting', failure: isOffline ? new NetworkError() : failure, sinceMs });
  }

  private poll(): void {
    if (this.current().name === 'polling') return;
    this.enter({ name: 'polling', sinceMs: this.notLiveSinceMs() });
    this.resync();
    this.pollTimer = setInterval(() => this.resync(), POLL_MS);
  }

  private notLiveSinceMs(): number {
    const previous = this.current();
    return 'sinceMs' in previous ? previous.sinceMs : Date.now();
  }

  private enter(connection: Connection): void {
    clearInterval(this.pollTimer);
    this.current.set(connection);
  }

  private onFrame(frame: StreamFrame): void {
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
