import { DestroyRef, inject, Injectable, signal } from '@angular/core';
import { MatSnackBar } from '@angular/material/snack-bar';
import type { IndependenceResult, IndependenceState, Orchestrator } from '@moolai/contracts';
import { CORE_TEXTS } from '../core.texts';
import { ApiClient } from '../http/api-client';
import { API } from '../http/api-operations';
import { detailOf, requestIdOf, sentenceFor } from '../http/error-sentences';
import { toRequestFailure, type RequestFailure } from '../http/request-failure';
import { ServerClock } from '../time/server-clock';
import { LiveStore } from '../live/live.store';
import type { LiveBatch } from '../live/live-batch';

const TEXTS = CORE_TEXTS.independence;

/** Reason, end and source; a manual switch has no source. */
export interface Lease {
  readonly reason?: string | null;
  readonly expires_at?: string | null;
  readonly source?: IndependenceState['source'];
}

/** A switch whose event has not arrived yet. */
interface Switch {
  readonly isIndependent: boolean;
  readonly lease: Lease;
}

/** The event of a switch arrives within moments; without a stream it never does. */
const CONFIRMED_WITHIN_MS = 3_000;
const TOAST_MS = 8_000;
const PROBLEM_MS = 20_000;

/** Names the places that do not hold a switch yet (HLD 7.3). */
export function missingPlaces(persisted: IndependenceResult['persisted']): string {
  const missing = [
    ...(persisted.env_file ? [] : [TEXTS.envFile]),
    ...(persisted.json_file ? [] : [TEXTS.jsonFile]),
  ];
  return missing.length > 0 ? TEXTS.notWritten(missing) : '';
}

/** The expected state of an orchestrator after a switch. */
export function switched<T extends Orchestrator>(one: T, { isIndependent, lease }: Switch): T {
  const managedStatus = one.connected ? 'active' : 'inactive';
  return {
    ...one,
    is_independent: isIndependent,
    independence_source: isIndependent ? (lease.source ?? 'own') : null,
    independence_reason: isIndependent ? (lease.reason ?? null) : null,
    independence_expires_at: isIndependent ? (lease.expires_at ?? null) : null,
    status: isIndependent ? 'independent' : managedStatus,
    status_reason: isIndependent ? TEXTS.onReason : TEXTS.offReason,
  };
}

function problemText(id: string, isIndependent: boolean, failure: RequestFailure): string {
  const requestId = requestIdOf(failure);
  return [
    TEXTS.switchFailed(id, isIndependent, sentenceFor(failure).title),
    detailOf(failure),
    requestId ? TEXTS.requestId(requestId) : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/**
 * Switches independence. The display changes immediately, and back if the controller refuses; each switch can be undone
 * for a while.
 */
@Injectable({ providedIn: 'root' })
export class IndependenceStore {
  private readonly api = inject(ApiClient);
  private readonly live = inject(LiveStore);
  private readonly toasts = inject(MatSnackBar);
  private readonly clock = inject(ServerClock);
  private readonly current = signal<ReadonlyMap<string, Switch>>(new Map());
  /** Switches waiting for their event. */
  private readonly unconfirmed = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly seen = new Set<string>();

  private readonly asked = signal<ReadonlySet<string>>(new Set());

  /** Pending switches by orchestrator, until their event arrives. */
  readonly underWay = this.current.asReadonly();
  /** Orchestrators whose switch was not answered yet. */
  readonly unanswered = this.asked.asReadonly();

  constructor() {
    const lifetime = inject(DestroyRef);
    this.live.follow({ onBatch: (batch) => this.confirm(batch) }, lifetime);
    lifetime.onDestroy(() => {
      for (const timer of this.unconfirmed.values()) clearTimeout(timer);
    });
  }

  /** The orchestrator with its pending switch. */
  shown<T extends Orchestrator>(one: T): T {
    const change = this.current().get(one.orchestrator_id);
    return change ? switched(one, change) : one;
  }

  /** Switches, shows the result, and offers to undo it. */
  async switchTo(id: string, isIndependent: boolean, lease: Lease = {}): Promise<boolean> {
    this.toasts.dismiss();
    this.begin(id, { isIndependent, lease });
    this.setAsked(id, true);
    try {
      const body = { is_independent: isIndependent, ...lease };
      const { changed, previous, persisted } = await this.api.call(API.switchIndependence, {
        path: { id },
        body,
      });
      // Orchestrators that did not change have no event.
      if (changed) this.await(id);
      else this.end(id);
      const words = isIndependent ? TEXTS.switchedOn(id) : TEXTS.switchedOff(id);
      this.notify(words + missingPlaces(persisted), TEXTS.undo, TOAST_MS, () => this.restore(id, previous));
      return true;
    } catch (error) {
      this.end(id);
      const text = problemText(id, isIndependent, toRequestFailure(error));
      this.notify(text, TEXTS.retry, PROBLEM_MS, () => this.switchTo(id, isIndependent, lease));
      return false;
    } finally {
      this.setAsked(id, false);
    }
  }

  /** Restores the state before a switch, with its reason, end and source. */
  private async restore(id: string, { is_independent, ...lease }: IndependenceState): Promise<void> {
    const { expires_at } = lease;
    if (is_independent && expires_at !== null && Date.parse(expires_at) <= this.clock.nowMs()) {
      this.toasts.open(TEXTS.hasExpired(id), TEXTS.close, { duration: PROBLEM_MS });
      return;
    }
    await this.switchTo(id, is_independent, is_independent ? lease : {});
  }

  private notify(text: string, action: string, duration: number, act: () => Promise<unknown>): void {
    const toast = this.toasts.open(text, action, { duration });
    toast.onAction().subscribe(() => void act());
  }

  private setAsked(id: string, isAsked: boolean): void {
    this.asked.update((ids) => new Set([...ids].filter((one) => one !== id).concat(isAsked ? [id] : [])));
  }

  private begin(id: string, change: Switch): void {
    clearTimeout(this.unconfirmed.get(id));
    this.unconfirmed.delete(id);
    this.seen.delete(id);
    this.current.update((switches) => new Map(switches).set(id, change));
  }

  /** The answer may arrive before or after the event. */
  private await(id: string): void {
    if (this.seen.has(id)) {
      this.end(id);
      return;
    }
    const timer = setTimeout(() => {
      this.end(id);
      this.live.refresh();
    }, CONFIRMED_WITHIN_MS);
    this.unconfirmed.set(id, timer);
  }

  private confirm({ events }: LiveBatch): void {
    for (const { type, orchestrator_id: id, data } of events) {
      if (type !== 'independence.changed' || id === null) continue;
      // The event of an earlier switch of the same orchestrator.
      if (this.current().get(id)?.isIndependent !== data.is_independent) continue;
      this.seen.add(id);
      if (this.unconfirmed.has(id)) this.end(id);
    }
  }

  private end(id: string): void {
    clearTimeout(this.unconfirmed.get(id));
    this.unconfirmed.delete(id);
    this.seen.delete(id);
    this.current.update((switches) => {
      const rest = new Map(switches);
      rest.delete(id);
      return rest;
    });
  }
}
