import { DOCUMENT } from '@angular/common';
import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { MatSnackBar } from '@angular/material/snack-bar';
import {
  AUDIT_ACTIONS,
  AUDIT_ACTOR_KINDS,
  AUDIT_TARGET_TYPES,
  type AuditExportFormat,
} from '@moolai/contracts';
import { Permissions } from '../../core/auth/permissions';
import { injectOrganizationChoices } from '../../core/fleet/organization-choices';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { detailOf, requestIdOf, sentenceFor } from '../../core/http/error-sentences';
import { toRequestFailure } from '../../core/http/request-failure';
import { Choice } from '../../ui/choice';
import { Dialogs } from '../../ui/dialogs';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { ListFrame } from '../../ui/list-frame';
import { Moment } from '../../ui/moment';
import { SortHead } from '../../ui/sort-head';
import { TextFilter } from '../../ui/text-filter';
import { actionLabel, ACTOR_LABELS, PERIOD_LABELS, PERIODS } from './audit-query';
import { AuditStore } from './audit.store';
import { AUDIT_TEXTS } from './audit.texts';
import { EntryPanel } from './entry-panel';

const TEXTS = AUDIT_TEXTS.page;

/** The audit log; filters, order and page are in the URL. */
@Component({
  selector: 'mc-audit-page',
  imports: [
    Choice,
    EmptyState,
    EntryPanel,
    Icon,
    ListFrame,
    MatButton,
    MatMenu,
    MatMenuItem,
    MatMenuTrigger,
    Moment,
    SortHead,
    TextFilter,
  ],
  providers: [AuditStore],
  templateUrl: './audit.page.html',
  styleUrl: './audit.page.scss',
})
export class AuditPage {
  protected readonly texts = TEXTS;

  private readonly api = inject(ApiClient);
  private readonly dialogs = inject(Dialogs);
  private readonly document = inject(DOCUMENT);
  private readonly toasts = inject(MatSnackBar);

  protected readonly permissions = inject(Permissions);
  protected readonly store = inject(AuditStore);
  protected readonly list = this.store.list;
  protected readonly actionLabel = actionLabel;
  protected readonly actors = ACTOR_LABELS;
  protected readonly actions = AUDIT_ACTIONS.map((value) => ({ value, label: actionLabel(value) }));
  protected readonly actorKinds = AUDIT_ACTOR_KINDS.map((value) => ({ value, label: ACTOR_LABELS[value] }));
  protected readonly targets = AUDIT_TARGET_TYPES.map((value) => ({ value, label: actionLabel(value) }));
  protected readonly periods = PERIODS.map((value) => ({ value, label: PERIOD_LABELS[value] }));
  protected readonly isExporting = signal(false);
  protected readonly organizations = injectOrganizationChoices();
  protected readonly period = computed(() => this.list.address.params()['period'] ?? '');

  protected open(position: number | null): void {
    this.list.address.change({ entry: position });
  }

  protected verify(): void {
    void this.dialogs.open(() => import('./verify.dialog').then((m) => m.VerifyDialog));
  }

  /** All matching entries, on all pages. */
  protected async export(format: AuditExportFormat): Promise<void> {
    this.isExporting.set(true);
    try {
      const file = await this.api.download(API.exportAudit, { query: { ...this.list.filter(), format } });
      const link = this.document.createElement('a');
      link.href = URL.createObjectURL(file);
      link.download = `audit.${format}`;
      link.click();
      URL.revokeObjectURL(link.href);
    } catch (error) {
      const failure = toRequestFailure(error);
      const requestId = requestIdOf(failure);
      const words = TEXTS.exportFailed(detailOf(failure) || `${sentenceFor(failure).title}.`);
      this.toasts.open(requestId ? TEXTS.withRequestId(words, requestId) : words, TEXTS.close);
    } finally {
      this.isExporting.set(false);
    }
  }
}
