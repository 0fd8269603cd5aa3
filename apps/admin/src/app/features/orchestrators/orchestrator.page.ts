import { Component, computed, effect, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Router, RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import type { OrchestratorDetail } from '@moolai/contracts';
import { Permissions } from '../../core/auth/permissions';
import { IndependenceStore, type Lease } from '../../core/fleet/independence.store';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { axesOf } from '../../ui/axes';
import { AxisBadge } from '../../ui/axis-badge';
import { CopyButton } from '../../ui/copy-button';
import { Dialogs } from '../../ui/dialogs';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { LoadStateView } from '../../ui/load-state';
import { Moment } from '../../ui/moment';
import { QuarantineBadge } from '../../ui/quarantine-badge';
import { StatusBadge } from '../../ui/status-badge';
import { OrchestratorStore } from './orchestrator.store';
import { ORCHESTRATORS_TEXTS } from './orchestrators.texts';

const TEXTS = ORCHESTRATORS_TEXTS.orchestrator;

/** The tabs of an orchestrator, each with its own URL. */
const TABS = [
  { path: '.', label: TEXTS.overview },
  { path: 'independence', label: TEXTS.independence },
  { path: 'messages', label: TEXTS.messages },
  { path: 'metrics', label: TEXTS.metrics },
  { path: 'activity', label: TEXTS.activity },
  { path: 'credentials', label: TEXTS.credentials },
] as const;

/** One orchestrator: status, actions, and tabs. */
@Component({
  selector: 'mc-orchestrator-page',
  imports: [
    AxisBadge,
    CopyButton,
    EmptyState,
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
  protected readonly texts = TEXTS;

  private readonly router = inject(Router);
  private readonly api = inject(ApiClient);
  private readonly dialogs = inject(Dialogs);
  private readonly independence = inject(IndependenceStore);

  /** From the URL. */
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

  /** Switching on asks for reason and end; switching off is immediate and can be undone. */
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

  protected async edit(one: OrchestratorDetail): Promise<void> {
    const changed = await this.dialogs.open<OrchestratorDetail>(
      () => import('./orchestrator-form.dialog').then((m) => m.OrchestratorFormDialog),
      { data: one },
    );
    if (changed) this.store.read.reload();
  }

  protected async decommission(): Promise<void> {
    const id = this.id();
    const isDone = await this.dialogs.confirm({
      title: TEXTS.confirmDecommission(id),
      meaning: TEXTS.decommissionAdvice,
      label: TEXTS.decommission,
      typed: id,
      isDangerous: true,
      act: () => this.api.call(API.decommissionOrchestrator, { path: { id } }),
    });
    if (isDone) await this.router.navigateByUrl('/orchestrators');
  }
}
