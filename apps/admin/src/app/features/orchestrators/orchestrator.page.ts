import { Component, computed, effect, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Router, RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { Permissions } from '../../core/auth/permissions';
import { IndependenceStore, type Lease } from '../../core/fleet/independence.store';
import { axesOf } from '../../ui/axes';
import { AxisBadge } from '../../ui/axis-badge';
import { CopyButton } from '../../ui/copy-button';
import { Dialogs } from '../../ui/dialogs';
import { Icon } from '../../ui/icon';
import { LoadStateView } from '../../ui/load-state';
import { Moment } from '../../ui/moment';
import { QuarantineBadge } from '../../ui/quarantine-badge';
import { StatusBadge } from '../../ui/status-badge';
import { BULK_ACTIONS } from './bulk-actions';
import { OrchestratorStore } from './orchestrator.store';

/** The sides of an orchestrator, each at an address of its own below the orchestrator's. */
const TABS = [
  { path: '.', label: 'Overview' },
  { path: 'independence', label: 'Independence' },
  { path: 'messages', label: 'Messages' },
  { path: 'metrics', label: 'Metrics' },
  { path: 'activity', label: 'Activity' },
  { path: 'credentials', label: 'Credentials' },
] as const;

/** One orchestrator: how it is and why, what can be done with it, and a page for each side of it. */
@Component({
  selector: 'mc-orchestrator-page',
  imports: [
    AxisBadge,
    CopyButton,
    Icon,
    LoadStateView,
    MatButton,
    Moment,
    QuarantineBadge,
    RouterLink,
    RouterLinkActive,
    RouterOutlet,
    StatusBadge,
  ],
  providers: [OrchestratorStore],
  templateUrl: './orchestrator.page.html',
  styleUrl: './orchestrator.page.scss',
})
export class OrchestratorPage {
  private readonly router = inject(Router);
  private readonly dialogs = inject(Dialogs);
  private readonly independence = inject(IndependenceStore);

  /** From the address. */
  readonly id = input.required<string>();

  protected readonly store = inject(OrchestratorStore);
  protected readonly permissions = inject(Permissions);
  protected readonly tabs = TABS;
  protected readonly exactly = {
    paths: 'exact',
    queryParams: 'ignored',
    fragment: 'ignored',
    matrixParams: 'ignored',
  } as const;
  protected readonly axes = computed(() => {
    const one = this.store.one();
    return one ? axesOf(one) : null;
  });
  protected readonly isSwitching = computed(() => this.independence.unanswered().has(this.id()));

  constructor() {
    effect(() => this.store.show(this.id()));
  }

  /** On asks why and until when; off happens at once and can be undone. */
  protected async toggle(isIndependent: boolean): Promise<void> {
    if (!isIndependent) {
      await this.independence.switchTo(this.id(), false);
      return;
    }
    const lease = await this.dialogs.open<Lease>(
      () => import('./switch-dialog').then((m) => m.SwitchDialog),
      { data: this.id() },
    );
    if (lease) await this.independence.switchTo(this.id(), true, lease);
  }

  protected async decommission(): Promise<void> {
    const action = BULK_ACTIONS.find(({ id }) => id === 'decommission');
    const data = { action, ids: [this.id()], filter: {}, count: 1 };
    const isDone = await this.dialogs.open<boolean>(() => import('./bulk-dialog').then((m) => m.BulkDialog), {
      data,
    });
    if (isDone) await this.router.navigateByUrl('/orchestrators');
  }
}
