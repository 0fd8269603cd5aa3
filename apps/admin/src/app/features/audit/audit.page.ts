import { DecimalPipe, DOCUMENT } from '@angular/common';
import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { MatSnackBar } from '@angular/material/snack-bar';
import {
  AUDIT_ACTIONS,
  AUDIT_ACTOR_KINDS,
  AUDIT_TARGET_TYPES,
  PAGE_SIZE_MAX,
  type AuditExportFormat,
} from '@moolai/contracts';
import type { AddressChange } from '../../core/address';
import { Permissions } from '../../core/auth/permissions';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { detailOf, requestIdOf, sentenceFor } from '../../core/http/error-sentences';
import { toRequestFailure } from '../../core/http/request-failure';
import { Choice } from '../../ui/choice';
import { Dialogs } from '../../ui/dialogs';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { LoadStateView } from '../../ui/load-state';
import { Moment } from '../../ui/moment';
import { PageHeader } from '../../ui/page-header';
import { Pager } from '../../ui/pager';
import { SearchBox } from '../../ui/search-box';
import { orderOf, SortHead } from '../../ui/sort-head';
import { TextFilter } from '../../ui/text-filter';
import { actionLabel, ACTOR_LABELS, PAGE_SIZE, PERIOD_LABELS, PERIODS } from './audit-query';
import { AuditStore } from './audit.store';
import { EntryPanel } from './entry-panel';

const NO_FILTER: AddressChange = {
  search: null,
  actor: null,
  actor_kind: null,
  action: null,
  organization_id: null,
  target_type: null,
  target_id: null,
  period: null,
  from: null,
  to: null,
};

/** Who changed what, where from and when; filters, order and page are in the address. */
@Component({
  selector: 'mc-audit-page',
  imports: [
    Choice,
    DecimalPipe,
    EmptyState,
    EntryPanel,
    Icon,
    LoadStateView,
    MatButton,
    MatMenu,
    MatMenuItem,
    MatMenuTrigger,
    Moment,
    PageHeader,
    Pager,
    SearchBox,
    SortHead,
    TextFilter,
  ],
  providers: [AuditStore],
  templateUrl: './audit.page.html',
  styleUrl: './audit.page.scss',
})
export class AuditPage {
  private readonly api = inject(ApiClient);
  private readonly dialogs = inject(Dialogs);
  private readonly document = inject(DOCUMENT);
  private readonly toasts = inject(MatSnackBar);

  protected readonly permissions = inject(Permissions);
  protected readonly store = inject(AuditStore);
  protected readonly pageSize = PAGE_SIZE;
  protected readonly orderOf = orderOf;
  protected readonly actionLabel = actionLabel;
  protected readonly actors = ACTOR_LABELS;
  protected readonly actions = AUDIT_ACTIONS.map((value) => ({ value, label: actionLabel(value) }));
  protected readonly actorKinds = AUDIT_ACTOR_KINDS.map((value) => ({ value, label: ACTOR_LABELS[value] }));
  protected readonly targets = AUDIT_TARGET_TYPES.map((value) => ({ value, label: actionLabel(value) }));
  protected readonly periods = PERIODS.map((value) => ({ value, label: PERIOD_LABELS[value] }));
  protected readonly isExporting = signal(false);
  private readonly organizationList = apiResource(API.organizations, () => ({
    query: { page_size: PAGE_SIZE_MAX, sort: 'organization_id' },
  }));
  protected readonly organizations = computed(() =>
    (this.organizationList.value()?.items ?? []).map(({ organization_id: value, name }) => ({
      value,
      label: name,
    })),
  );
  protected readonly total = computed(() => this.store.list.value()?.total ?? 0);
  protected readonly period = computed(() => this.store.address.params()['period'] ?? '');

  protected filter(change: AddressChange): void {
    this.store.address.change({ ...change, page: null, entry: null });
  }

  protected clearFilter(): void {
    this.filter(NO_FILTER);
  }

  protected sortBy(sort: string): void {
    this.store.address.change({ sort, page: null });
  }

  protected goToPage(page: number): void {
    this.store.address.change({ page, entry: null }, { isStep: true });
  }

  protected open(position: number | null): void {
    this.store.address.change({ entry: position });
  }

  protected verify(): void {
    void this.dialogs.open(() => import('./verify.dialog').then((m) => m.VerifyDialog));
  }

  /** Everything that matches, on all pages. */
  protected async export(format: AuditExportFormat): Promise<void> {
    this.isExporting.set(true);
    try {
      const file = await this.api.download(API.exportAudit, { query: { ...this.store.filter(), format } });
      const link = this.document.createElement('a');
      link.href = URL.createObjectURL(file);
      link.download = `audit.${format}`;
      link.click();
      URL.revokeObjectURL(link.href);
    } catch (error) {
      const failure = toRequestFailure(error);
      const requestId = requestIdOf(failure);
      const words = `The audit could not be exported: ${detailOf(failure) || sentenceFor(failure).title}`;
      this.toasts.open(requestId ? `${words} Request id ${requestId}` : words, 'Dismiss');
    } finally {
      this.isExporting.set(false);
    }
  }
}
