import { DOCUMENT } from '@angular/common';
import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { MatSnackBar } from '@angular/material/snack-bar';
import { Router, RouterLink } from '@angular/router';
import type { OrchestratorDetail } from '@moolai/contracts';
import { Permissions } from '../../core/auth/permissions';
import { IndependenceStore } from '../../core/fleet/independence.store';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { sentenceFor } from '../../core/http/error-sentences';
import { everyPage } from '../../core/http/every-page';
import { toRequestFailure } from '../../core/http/request-failure';
import { Preferences } from '../../core/preference';
import { selectionParam, withSelected, type Selection } from '../../core/selection';
import { Dialogs } from '../../ui/dialogs';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { ListFrame } from '../../ui/list-frame';
import { Pager } from '../../ui/pager';
import { BULK_ACTIONS, type BulkAction } from './bulk-actions';
import { COLUMNS, HIDDEN_AT_FIRST, hiddenFrom, type ColumnId } from './columns';
import { toCsv } from './csv';
import { FacetFilters } from './facet-filters';
import { OrchestratorTable, type SelectRequest, type SwitchRequest } from './orchestrator-table';
import { OrchestratorsStore } from './orchestrators.store';
import { ORCHESTRATORS_TEXTS } from './orchestrators.texts';

const TEXTS = ORCHESTRATORS_TEXTS.list;

/** All orchestrators in pages, live; filters, order, page and selection are in the URL. */
@Component({
  selector: 'mc-orchestrator-list-page',
  imports: [
    EmptyState,
    FacetFilters,
    Icon,
    ListFrame,
    MatButton,
    MatMenu,
    MatMenuItem,
    MatMenuTrigger,
    OrchestratorTable,
    Pager,
    RouterLink,
  ],
  providers: [OrchestratorsStore],
  templateUrl: './orchestrator-list.page.html',
  styleUrl: './orchestrator-list.page.scss',
})
export class OrchestratorListPage {
  protected readonly texts = TEXTS;

  private readonly router = inject(Router);
  private readonly api = inject(ApiClient);
  private readonly dialogs = inject(Dialogs);
  private readonly toasts = inject(MatSnackBar);
  private readonly document = inject(DOCUMENT);
  private readonly independence = inject(IndependenceStore);
  private readonly preferences = inject(Preferences);

  protected readonly permissions = inject(Permissions);
  protected readonly store = inject(OrchestratorsStore);
  protected readonly list = this.store.list;
  protected readonly columns = COLUMNS;
  protected readonly switching = this.independence.unanswered;
  protected readonly hidden = this.preferences.define<readonly ColumnId[]>(
    'moolai.orchestrators.hidden',
    HIDDEN_AT_FIRST,
    hiddenFrom,
    (ids) => ids.join(','),
  );
  protected readonly density = this.preferences.oneOf(
    'moolai.orchestrators.density',
    ['comfortable', 'compact'] as const,
    'comfortable',
  );
  protected readonly isExporting = signal(false);

  protected readonly actions = computed(() =>
    BULK_ACTIONS.filter(({ permission }) => this.permissions.can(permission)),
  );
  protected readonly selectedCount = computed(() => {
    const selection = this.store.selection();
    return selection === 'everything' ? this.list.total() : selection.size;
  });

  protected select({ ids, isSelected }: SelectRequest): void {
    this.setSelection(withSelected(this.store.selection(), ids, isSelected));
  }

  protected setSelection(selection: Selection): void {
    this.list.address.change({ selected: selectionParam(selection) });
  }

  protected clearSelection(): void {
    this.setSelection(new Set());
  }

  protected switchTo({ id, isIndependent }: SwitchRequest): void {
    void this.independence.switchTo(id, isIndependent);
  }

  protected toggleColumn(id: ColumnId): void {
    const hidden = this.hidden.value();
    this.hidden.set(hidden.includes(id) ? hidden.filter((one) => one !== id) : [...hidden, id]);
  }

  protected toggleDensity(): void {
    this.density.set(this.density.value() === 'compact' ? 'comfortable' : 'compact');
  }

  /** Creates an orchestrator before it registers, and opens its page. */
  protected async create(): Promise<void> {
    const created = await this.dialogs.open<OrchestratorDetail>(
      () => import('./orchestrator-form.dialog').then((m) => m.OrchestratorFormDialog),
      { data: null },
    );
    if (created) await this.router.navigate(['/orchestrators', created.orchestrator_id]);
  }

  protected async act(action: BulkAction): Promise<void> {
    const selection = this.store.selection();
    const ids = selection === 'everything' ? null : [...selection];
    const data = { action, ids, filter: this.list.filter(), count: this.selectedCount() };
    const isDone = await this.dialogs.open<boolean>(() => import('./bulk-dialog').then((m) => m.BulkDialog), {
      data,
    });
    if (!isDone) return;
    this.clearSelection();
    this.list.reload();
  }

  /** All matching ones, including other pages. */
  protected async exportCsv(): Promise<void> {
    this.isExporting.set(true);
    try {
      const query = { ...this.list.filter(), sort: this.list.sort() };
      const { items } = await everyPage(
        (page) => this.api.call(API.listOrchestrators, { query: { ...query, ...page } }),
        Number.POSITIVE_INFINITY,
      );
      this.download(toCsv(items));
    } catch (error) {
      const sentence = sentenceFor(toRequestFailure(error)).title;
      this.toasts.open(TEXTS.exportFailed(sentence), TEXTS.close);
    } finally {
      this.isExporting.set(false);
    }
  }

  private download(text: string): void {
    const link = this.document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
    link.download = 'orchestrators.csv';
    link.click();
    URL.revokeObjectURL(link.href);
  }
}
