import { DecimalPipe, DOCUMENT } from '@angular/common';
import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { MatSnackBar } from '@angular/material/snack-bar';
import { Router, RouterLink, type Params } from '@angular/router';
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
import { LoadStateView } from '../../ui/load-state';
import { PageHeader } from '../../ui/page-header';
import { Pager } from '../../ui/pager';
import { BULK_ACTIONS, type BulkAction } from './bulk-actions';
import { COLUMNS, HIDDEN_AT_FIRST, hiddenFrom, type ColumnId } from './columns';
import { toCsv } from './csv';
import { FilterBar, type FilterChange } from './filter-bar';
import { isFiltered, PAGE_SIZE } from './list-state';
import { OrchestratorTable, type SelectRequest, type SwitchRequest } from './orchestrator-table';
import { OrchestratorsStore } from './orchestrators.store';

const NO_FILTER: FilterChange = {
  search: null,
  status: null,
  organization_id: null,
  connected: null,
  quarantined: null,
  config_status: null,
  version: null,
  label: null,
};

/** All orchestrators in pages, live; filters, order, page and selection are in the URL. */
@Component({
  selector: 'mc-orchestrator-list-page',
  imports: [
    DecimalPipe,
    EmptyState,
    FilterBar,
    Icon,
    LoadStateView,
    MatButton,
    MatMenu,
    MatMenuItem,
    MatMenuTrigger,
    OrchestratorTable,
    PageHeader,
    Pager,
    RouterLink,
  ],
  providers: [OrchestratorsStore],
  templateUrl: './orchestrator-list.page.html',
  styleUrl: './orchestrator-list.page.scss',
})
export class OrchestratorListPage {
  private readonly router = inject(Router);
  private readonly api = inject(ApiClient);
  private readonly dialogs = inject(Dialogs);
  private readonly toasts = inject(MatSnackBar);
  private readonly document = inject(DOCUMENT);
  private readonly independence = inject(IndependenceStore);
  private readonly preferences = inject(Preferences);

  protected readonly permissions = inject(Permissions);
  protected readonly store = inject(OrchestratorsStore);
  protected readonly pageSize = PAGE_SIZE;
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

  protected readonly state = this.store.state;
  protected readonly total = computed(() => this.store.list.value()?.total ?? 0);
  protected readonly isFiltered = computed(() => isFiltered(this.state()));
  protected readonly isBeyond = computed(() => this.total() > 0 && this.store.rows().length === 0);
  protected readonly actions = computed(() =>
    BULK_ACTIONS.filter(({ permission }) => this.permissions.can(permission)),
  );
  protected readonly selectedCount = computed(() => {
    const { selection } = this.state();
    return selection === 'everything' ? this.total() : selection.size;
  });

  /** A changed filter resets the page and the selection. */
  protected changeFilter(change: FilterChange): void {
    this.go({ ...change, page: null, selected: null });
  }

  protected clearFilter(): void {
    this.changeFilter(NO_FILTER);
  }

  protected sortBy(sort: string): void {
    this.go({ sort, page: null });
  }

  protected goToPage(page: number): void {
    this.go({ page: page === 1 ? null : page }, false);
  }

  protected select({ ids, isSelected }: SelectRequest): void {
    this.setSelection(withSelected(this.state().selection, ids, isSelected));
  }

  protected setSelection(selection: Selection): void {
    this.go({ selected: selectionParam(selection) });
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
    const { selection, filter } = this.state();
    const ids = selection === 'everything' ? null : [...selection];
    const data = { action, ids, filter, count: this.selectedCount() };
    const isDone = await this.dialogs.open<boolean>(() => import('./bulk-dialog').then((m) => m.BulkDialog), {
      data,
    });
    if (!isDone) return;
    this.clearSelection();
    this.store.list.reload();
  }

  /** All matching ones, including other pages. */
  protected async exportCsv(): Promise<void> {
    this.isExporting.set(true);
    try {
      const { filter, sort } = this.state();
      const { items } = await everyPage(
        (page) => this.api.call(API.orchestrators, { query: { ...filter, ...page, sort } }),
        Number.POSITIVE_INFINITY,
      );
      this.download(toCsv(items));
    } catch (error) {
      const sentence = sentenceFor(toRequestFailure(error)).title;
      this.toasts.open(`The list could not be exported: ${sentence}.`, 'Dismiss');
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

  private go(queryParams: Params, replaceUrl = true): void {
    void this.router.navigate([], { queryParams, queryParamsHandling: 'merge', replaceUrl });
  }
}
