import { DecimalPipe } from '@angular/common';
import { Component, computed, DestroyRef, inject, input, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatSnackBar } from '@angular/material/snack-bar';
import { Router } from '@angular/router';
import type { IndependenceResult } from '@moolai/contracts';
import { sentenceFor } from '../../core/http/error-sentences';
import { PollLoop } from '../../core/live/poll-loop';
import { ConnectHelp } from '../../ui/connect-help';
import { ErrorPanel } from '../../ui/error-panel';
import { Skeleton } from '../../ui/skeleton';
import { FleetFilterBar } from './fleet-filter-bar';
import { OrchestratorCard } from './orchestrator-card';
import { groupFleet, statusFrom, type FleetFilter, type OrganizationGroup } from './organization-groups';
import { OrganizationsStore } from './organizations.store';

/** More cards of one organization than this are drawn only on request: each costs every poll. */
const FIRST_CARDS = 48;
const TOAST_MS = 8_000;

/** Says where a switch did not arrive, when it did not arrive everywhere (HLD 7.3). */
function missingPlaces(persisted: IndependenceResult['persisted']): string {
  const missing = [
    ...(persisted.env_file ? [] : ['the .env file']),
    ...(persisted.json_file ? [] : ['orchestrator_independence.json']),
  ];
  return missing.length > 0 ? ` It could not be written to ${missing.join(' and ')}.` : '';
}

/** The organizations with a card for each orchestrator (HLD 7.5). */
@Component({
  selector: 'mc-organizations-page',
  imports: [ConnectHelp, DecimalPipe, ErrorPanel, FleetFilterBar, MatButton, OrchestratorCard, Skeleton],
  providers: [OrganizationsStore],
  templateUrl: './organizations.page.html',
  styleUrl: './organizations.page.scss',
})
export class OrganizationsPage {
  private readonly store = inject(OrganizationsStore);
  private readonly loop = inject(PollLoop);
  private readonly router = inject(Router);
  private readonly toasts = inject(MatSnackBar);
  private readonly lifetime = inject(DestroyRef);
  private readonly unfolded = signal<ReadonlySet<string>>(new Set());

  /** Filters, from the address. */
  readonly status = input<string>();
  readonly search = input<string>();

  protected readonly state = this.store.state;
  protected readonly filter = computed<FleetFilter>(() => ({
    status: statusFrom(this.status()),
    search: this.search() ?? '',
  }));
  protected readonly view = computed(() => {
    const state = this.state();
    return state.name === 'ready' ? groupFleet(state.fleet, state.switches, this.filter()) : null;
  });

  protected cardsOf(group: OrganizationGroup): OrganizationGroup['cards'] {
    return this.unfolded().has(group.id) ? group.cards : group.cards.slice(0, FIRST_CARDS);
  }

  protected unfold(group: OrganizationGroup): void {
    this.unfolded.update((ids) => new Set(ids).add(group.id));
  }

  protected setFilter({ status, search }: FleetFilter): void {
    void this.router.navigate([], {
      queryParams: { status, search: search || null },
      queryParamsHandling: 'merge',
      replaceUrl: true,
    });
  }

  protected async switchTo(orchestratorId: string, isIndependent: boolean): Promise<void> {
    this.toasts.dismiss();
    const outcome = await this.store.switchIndependence(orchestratorId, isIndependent);
    if (outcome.name === 'failed') {
      // The card says why; whoever has left the page meanwhile sees no card.
      if (!this.lifetime.destroyed) return;
      const change = `Independence of ${orchestratorId} could not be switched ${isIndependent ? 'on' : 'off'}`;
      this.toasts.open(`${change}: ${sentenceFor(outcome.failure).title}.`, 'Dismiss');
      return;
    }
    const words = isIndependent
      ? `${orchestratorId} is independent now; its heartbeats are ignored.`
      : `${orchestratorId} is managed again; its heartbeats are processed.`;
    const toast = this.toasts.open(words + missingPlaces(outcome.persisted), 'Undo', { duration: TOAST_MS });
    toast.onAction().subscribe(() => void this.switchTo(orchestratorId, !isIndependent));
  }

  protected dismissFailure(orchestratorId: string): void {
    this.store.dismissFailure(orchestratorId);
  }

  protected retry(): void {
    this.loop.refresh();
  }
}
