import { computed, effect, inject, Injectable, signal, untracked } from '@angular/core';
import type { Instance } from '@moolai/contracts';
import { Preferences } from '../preference';
import { InstancesStore } from './instances.store';

/** Answers in a row that find Redis again: instances answer in turn, and each has its own connection to it. */
const FOUND_AGAIN = 3;

/** A lost instance, or Redis that does not answer. */
export type Incident =
  | { readonly key: string; readonly kind: 'lost'; readonly instance: Instance }
  | { readonly key: string; readonly kind: 'redis' };

const REDIS: Incident = { key: 'redis', kind: 'redis' };

function keysOf(kept: string): string[] | undefined {
  try {
    const keys: unknown = JSON.parse(kept);
    return Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : undefined;
  } catch {
    return undefined;
  }
}

/** Problems of the controllers that share the fleet. A dismissed incident stays hidden until it is over. */
@Injectable()
export class IncidentsStore {
  private readonly facts = inject(InstancesStore).facts;
  private readonly dismissed = inject(Preferences).define<readonly string[]>(
    'moolai.dismissed-incidents',
    [],
    keysOf,
    (keys) => JSON.stringify(keys),
  );
  /** Answers in a row with a Redis that is up. */
  private readonly found = signal(FOUND_AGAIN);

  private readonly present = computed<readonly Incident[]>(() => {
    const lost = (this.facts.value()?.instances ?? []).filter(({ status }) => status === 'lost');
    const incidents = lost.map((instance): Incident => {
      return { key: `${instance.instance_id} ${instance.started_at}`, kind: 'lost', instance };
    });
    return this.found() < FOUND_AGAIN ? [...incidents, REDIS] : incidents;
  });
  /** Those to show. */
  readonly open = computed(() => this.present().filter(({ key }) => !this.dismissed.value().includes(key)));

  constructor() {
    effect(() => {
      const known = this.facts.value();
      if (known) untracked(() => this.settle(known.redis === 'down'));
    });
  }

  dismiss({ key }: Incident): void {
    this.dismissed.set([...this.dismissed.value(), key]);
  }

  private settle(isAway: boolean): void {
    this.found.update((found) => (isAway ? 0 : Math.min(found + 1, FOUND_AGAIN)));
    const keys = this.present().map(({ key }) => key);
    const kept = this.dismissed.value().filter((key) => keys.includes(key));
    if (kept.length < this.dismissed.value().length) this.dismissed.set(kept);
  }
}
