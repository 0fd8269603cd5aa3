import { DestroyRef, inject, Injectable, signal } from '@angular/core';
import { PAGE_SIZE_MAX, type IndependenceResult } from '@moolai/contracts';
import { ApiClient } from '../../core/http/api-client';
import { everyPage } from '../../core/http/every-page';
import { toRequestFailure, type RequestFailure } from '../../core/http/request-failure';
import { PollLoop } from '../../core/live/poll-loop';
import { mergeLive, withSwitched, type Fleet, type Switch } from './fleet';

/** The organizations with their orchestrators, as far as they are known. */
export type OrganizationsState =
  | { name: 'loading' }
  | { name: 'ready'; fleet: Fleet; switches: ReadonlyMap<string, Switch> }
  | { name: 'error'; failure: RequestFailure };

/** How a switch of independence ended; `failed` is also in the state. */
export type SwitchOutcome =
  { name: 'done'; persisted: IndependenceResult['persisted'] } | { name: 'failed'; failure: RequestFailure };

/** A fleet of more than one page is read whole only every so many rounds, and follows the live view between. */
const ROUNDS_PER_LIST = 5;

/** The organizations and their orchestrators, live; switches independence optimistically. */
@Injectable()
export class OrganizationsStore {
  private readonly api = inject(ApiClient);
  private readonly loop = inject(PollLoop);
  private readonly current = signal<OrganizationsState>({ name: 'loading' });
  private roundsSinceList = 0;
  /** Counts ended switches: a list that was asked for before one ended must not be shown after it. */
  private endedSwitches = 0;

  readonly state = this.current.asReadonly();

  constructor() {
    this.loop.add(() => this.load(), inject(DestroyRef));
  }

  /** Switches independence; the state shows the wanted value at once, and the old one again if it fails. */
  async switchIndependence(orchestratorId: string, isIndependent: boolean): Promise<SwitchOutcome> {
    this.setSwitch(orchestratorId, { name: 'under-way', isIndependent });
    try {
      const { persisted } = await this.api.setIndependence(orchestratorId, { is_independent: isIndependent });
      this.endSwitch(orchestratorId, isIndependent);
      return { name: 'done', persisted };
    } catch (error) {
      const failure = toRequestFailure(error);
      this.endedSwitches += 1;
      this.setSwitch(orchestratorId, { name: 'failed', isIndependent, failure });
      this.loop.refresh();
      return { name: 'failed', failure };
    }
  }

  /** Forgets why a switch failed. */
  dismissFailure(orchestratorId: string): void {
    this.setSwitch(orchestratorId, null);
  }

  private endSwitch(orchestratorId: string, isIndependent: boolean): void {
    this.endedSwitches += 1;
    const state = this.current();
    if (state.name === 'ready') {
      this.current.set({ ...state, fleet: withSwitched(state.fleet, orchestratorId, isIndependent) });
    }
    this.setSwitch(orchestratorId, null);
    this.loop.refresh();
  }

  private setSwitch(orchestratorId: string, next: Switch | null): void {
    const state = this.current();
    if (state.name !== 'ready') return;
    const switches = new Map(state.switches);
    if (next) switches.set(orchestratorId, next);
    else switches.delete(orchestratorId);
    this.current.set({ ...state, switches });
  }

  private async load(): Promise<void> {
    try {
      this.show(await this.readUndisturbed());
    } catch (error) {
      if (this.current().name !== 'ready')
        this.current.set({ name: 'error', failure: toRequestFailure(error) });
      throw error;
    }
  }

  private show(fleet: Fleet): void {
    const state = this.current();
    this.current.set({ name: 'ready', fleet, switches: state.name === 'ready' ? state.switches : new Map() });
  }

  private async readUndisturbed(): Promise<Fleet> {
    for (;;) {
      const endedBefore = this.endedSwitches;
      const fleet = await this.read();
      if (endedBefore === this.endedSwitches) return fleet;
    }
  }

  private async read(): Promise<Fleet> {
    const state = this.current();
    const isLarge = state.name === 'ready' && state.fleet.total > PAGE_SIZE_MAX;
    this.roundsSinceList += 1;
    if (isLarge && this.roundsSinceList < ROUNDS_PER_LIST) {
      const { items } = await this.api.liveOrchestrators();
      const merged = mergeLive(state.fleet, items);
      if (merged) return merged;
    }
    return this.readList();
  }

  private async readList(): Promise<Fleet> {
    const [organizations, orchestrators] = await Promise.all([
      everyPage((query) => this.api.organizations({ ...query, sort: 'organization_id' })),
      everyPage((query) => this.api.orchestrators({ ...query, sort: 'orchestrator_id' })),
    ]);
    this.roundsSinceList = 0;
    return {
      organizations: organizations.items,
      orchestrators: orchestrators.items,
      total: orchestrators.total,
    };
  }
}
