import { DestroyRef, inject, Injectable, signal } from '@angular/core';
import type { LiveOrchestrator } from '@moolai/contracts';
import { ApiClient } from '../../core/http/api-client';
import { toRequestFailure, type RequestFailure } from '../../core/http/request-failure';
import { PollLoop } from '../../core/live/poll-loop';

/** Who is connected, as far as it is known. */
export type LiveFleetState =
  | { name: 'loading' }
  | { name: 'ready'; items: LiveOrchestrator[] }
  | { name: 'error'; failure: RequestFailure };

// orch-2 comes before orch-10.
const BY_ID = new Intl.Collator('en', { numeric: true });

/** Who is connected right now, by id so that nobody changes places. */
@Injectable()
export class LiveFleetStore {
  private readonly api = inject(ApiClient);
  private readonly current = signal<LiveFleetState>({ name: 'loading' });

  readonly state = this.current.asReadonly();

  constructor() {
    inject(PollLoop).add(() => this.load(), inject(DestroyRef));
  }

  private async load(): Promise<void> {
    try {
      const { items } = await this.api.liveOrchestrators();
      items.sort((a, b) => BY_ID.compare(a.orchestrator_id, b.orchestrator_id));
      this.current.set({ name: 'ready', items });
    } catch (error) {
      if (this.current().name !== 'ready')
        this.current.set({ name: 'error', failure: toRequestFailure(error) });
      throw error;
    }
  }
}
