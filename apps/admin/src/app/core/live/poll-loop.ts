import { DestroyRef, DOCUMENT, inject, Injectable, signal } from '@angular/core';
import { toRequestFailure, type RequestFailure } from '../http/request-failure';

/** HLD 8.5: the console asks every two seconds. */
export const POLL_INTERVAL_MS = 2_000;

/** Whether what is on the screen follows the controller. */
export type Connection =
  { name: 'live' } | { name: 'reconnecting'; failure: RequestFailure; sinceMs: number };

/** Reads something again; rejects when it could not. */
export type PollTask = () => Promise<void>;

interface Entry {
  readonly task: PollTask;
  running: Promise<void> | undefined;
  failure: RequestFailure | null;
}

/**
 * The one loop that keeps every page live. A round runs all tasks, and the next one starts two seconds
 * after the slowest has ended, so that requests never pile up. It rests while the tab is hidden or
 * nobody needs it.
 */
@Injectable({ providedIn: 'root' })
export class PollLoop {
  private readonly document = inject(DOCUMENT);
  private readonly entries = new Set<Entry>();
  private readonly current = signal<Connection>({ name: 'live' });
  private timer: ReturnType<typeof setTimeout> | undefined;
  private round = 0;

  readonly connection = this.current.asReadonly();

  constructor() {
    const wake = (): void => this.refresh();
    const window = this.document.defaultView;
    this.document.addEventListener('visibilitychange', wake);
    window?.addEventListener('online', wake);
    inject(DestroyRef).onDestroy(() => {
      this.document.removeEventListener('visibilitychange', wake);
      window?.removeEventListener('online', wake);
      clearTimeout(this.timer);
      this.round += 1;
    });
  }

  /** Runs `task` at once and in every round, until `owner` is destroyed. */
  add(task: PollTask, owner: DestroyRef): void {
    const entry: Entry = { task, running: undefined, failure: null };
    this.entries.add(entry);
    owner.onDestroy(() => {
      this.entries.delete(entry);
      this.updateConnection();
    });
    void this.runRound();
  }

  /** Starts a round now instead of waiting; a task that is still running is not started twice. */
  refresh(): void {
    void this.runRound();
  }

  private async runRound(): Promise<void> {
    clearTimeout(this.timer);
    this.round += 1;
    const { round } = this;
    if (this.document.hidden) return;
    await Promise.all([...this.entries].map((entry) => this.run(entry)));
    if (round !== this.round || this.document.hidden || this.entries.size === 0) return;
    this.timer = setTimeout(() => this.refresh(), POLL_INTERVAL_MS);
  }

  private run(entry: Entry): Promise<void> {
    entry.running ??= entry
      .task()
      .then(
        () => (entry.failure = null),
        (error: unknown) => (entry.failure = toRequestFailure(error)),
      )
      .then(() => {
        entry.running = undefined;
        this.updateConnection();
      });
    return entry.running;
  }

  private updateConnection(): void {
    const failed = [...this.entries].find((entry) => entry.failure !== null);
    if (!failed?.failure) {
      if (this.current().name !== 'live') this.current.set({ name: 'live' });
      return;
    }
    const previous = this.current();
    const sinceMs = previous.name === 'reconnecting' ? previous.sinceMs : Date.now();
    this.current.set({ name: 'reconnecting', failure: failed.failure, sinceMs });
  }
}
