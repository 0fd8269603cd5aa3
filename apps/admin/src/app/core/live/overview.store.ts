import { DestroyRef, inject, Injectable, signal } from '@angular/core';
import type { Overview } from '@moolai/contracts';
import { ApiClient } from '../http/api-client';
import { toRequestFailure, type RequestFailure } from '../http/request-failure';
import { PollLoop } from './poll-loop';

/** The fleet's counters, as far as they are known. */
export type OverviewState =
  { name: 'loading' } | { name: 'ready'; overview: Overview } | { name: 'error'; failure: RequestFailure };

/** The fleet's counters, live. The shell owns it: the footer shows them on every page. */
@Injectable()
export class OverviewStore {
  private readonly api = inject(ApiClient);
  private readonly current = signal<OverviewState>({ name: 'loading' });

  readonly state = this.current.asReadonly();

  constructor() {
    inject(PollLoop).add(() => this.load(), inject(DestroyRef));
  }

  private async load(): Promise<void> {
    try {
      this.current.set({ name: 'ready', overview: await this.api.overview() });
    } catch (error) {
      // Counters that are a moment old are worth more than none; the ribbon says that they are.
      if (this.current().name !== 'ready')
        this.current.set({ name: 'error', failure: toRequestFailure(error) });
      throw error;
    }
  }
}
