import { computed, DestroyRef, inject, Injectable, signal } from '@angular/core';
import { detailOf, requestIdOf, sentenceFor } from '../../core/http/error-sentences';
import { toRequestFailure, type RequestFailure } from '../../core/http/request-failure';
import { BULK_TEXTS } from './bulk.texts';

/** The result of one item. */
export interface BulkItem {
  readonly id: string;
  readonly state: 'waiting' | 'done' | 'unchanged' | 'failed';
  /** Why it failed. */
  readonly note: string;
}

/** Returned by an action that found nothing to change. */
export const UNCHANGED = Symbol('unchanged');

/** Number of concurrent requests. */
const AT_ONCE = 6;
/** Rendering interval for thousands of results. */
const DRAW_MS = 100;

function noteOf(failure: RequestFailure): string {
  const requestId = requestIdOf(failure);
  const detail = detailOf(failure) || sentenceFor(failure).title;
  return requestId ? BULK_TEXTS.bulkRun.requestId(detail, requestId) : detail;
}

/** Runs an action for many items, and keeps each result. */
@Injectable()
export class BulkRun {
  private readonly shown = signal<readonly BulkItem[]>([]);
  private readonly running = signal(false);
  private items: BulkItem[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isStopped = false;

  readonly results = this.shown.asReadonly();
  readonly isRunning = this.running.asReadonly();
  readonly done = computed(() => this.shown().filter(({ state }) => state === 'done').length);
  readonly unchanged = computed(() => this.shown().filter(({ state }) => state === 'unchanged').length);
  readonly failed = computed(() => this.shown().filter(({ state }) => state === 'failed').length);

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      this.stop();
      clearTimeout(this.timer);
    });
  }

  /** Runs `act` for each id, a few at a time; a failure does not stop the others. */
  async start(ids: readonly string[], act: (id: string) => Promise<unknown>): Promise<void> {
    this.items = ids.map((id) => ({ id, state: 'waiting', note: '' }));
    await this.work(
      this.items.map((_, index) => index),
      act,
    );
  }

  /** Retries failed items, and those that were not reached. */
  async retry(act: (id: string) => Promise<unknown>): Promise<void> {
    const left = this.items.flatMap(({ state }, index) =>
      state === 'done' || state === 'unchanged' ? [] : [index],
    );
    await this.work(left, act);
  }

  /** Finishes pending requests, and starts nothing more. */
  stop(): void {
    this.isStopped = true;
  }

  private async work(indexes: number[], act: (id: string) => Promise<unknown>): Promise<void> {
    this.isStopped = false;
    this.running.set(true);
    this.draw();
    const queue = indexes.values();
    const worker = async (): Promise<void> => {
      for (const index of queue) {
        if (this.isStopped) return;
        await this.one(index, act);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    this.draw();
    this.running.set(false);
  }

  private async one(index: number, act: (id: string) => Promise<unknown>): Promise<void> {
    const item = this.items[index];
    if (!item) return;
    try {
      const state = (await act(item.id)) === UNCHANGED ? 'unchanged' : 'done';
      this.items[index] = { ...item, state, note: '' };
    } catch (error) {
      this.items[index] = { ...item, state: 'failed', note: noteOf(toRequestFailure(error)) };
    }
    this.timer ??= setTimeout(() => this.draw(), DRAW_MS);
  }

  private draw(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.shown.set([...this.items]);
  }
}
