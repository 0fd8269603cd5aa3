import { DecimalPipe, JsonPipe } from '@angular/common';
import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatSnackBar } from '@angular/material/snack-bar';
import { RouterLink } from '@angular/router';
import type { Message } from '@moolai/contracts';
import type { AddressChange } from '../../core/address';
import { Permissions } from '../../core/auth/permissions';
import { detailOf, requestIdOf, sentenceFor } from '../../core/http/error-sentences';
import { CodeBlock } from '../../ui/code-block';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { LoadStateView } from '../../ui/load-state';
import { Moment } from '../../ui/moment';
import { PageHeader } from '../../ui/page-header';
import { Pager } from '../../ui/pager';
import { SearchBox } from '../../ui/search-box';
import type { Group } from './grouping';
import { OUTCOMES, PAGE_SIZE, RecommendationsStore, type Outcome } from './recommendations.store';
import { RECOMMENDATIONS_TEXTS } from './recommendations.texts';

const TEXTS = RECOMMENDATIONS_TEXTS.page;

const OUTCOME_LABELS = {
  received: TEXTS.open,
  acknowledged: TEXTS.acknowledged,
  dismissed: TEXTS.dismissed,
} as const;
const NOTHING: Readonly<Record<Outcome, { heading: string; text: string }>> = {
  received: {
    heading: TEXTS.noRecommendations,
    text: TEXTS.noRecommendationsHint,
  },
  acknowledged: {
    heading: TEXTS.noneAcknowledged,
    text: TEXTS.noneAcknowledgedHint,
  },
  dismissed: {
    heading: TEXTS.noneDismissed,
    text: TEXTS.noneDismissedHint,
  },
};
const TOAST_MS = 8_000;

/** Recommendations, grouped by orchestrator or type, to acknowledge or dismiss. */
@Component({
  selector: 'mc-recommendations-page',
  imports: [
    CodeBlock,
    DecimalPipe,
    EmptyState,
    Icon,
    JsonPipe,
    LoadStateView,
    MatButton,
    Moment,
    PageHeader,
    Pager,
    RouterLink,
    SearchBox,
  ],
  providers: [RecommendationsStore],
  templateUrl: './recommendations.page.html',
  styleUrl: './recommendations.page.scss',
})
export class RecommendationsPage {
  protected readonly texts = TEXTS;

  private readonly toasts = inject(MatSnackBar);
  private readonly permissions = inject(Permissions);

  protected readonly store = inject(RecommendationsStore);
  protected readonly pageSize = PAGE_SIZE;
  protected readonly outcomes = OUTCOMES.map((value) => ({ value, label: OUTCOME_LABELS[value] }));
  protected readonly groupings = [
    { value: 'orchestrator', label: TEXTS.byOrchestrator },
    { value: 'kind', label: TEXTS.byType },
  ] as const;
  protected readonly opened = signal<number | null>(null);
  protected readonly isBusy = signal(false);
  protected readonly total = computed(() => this.store.list.value()?.total ?? 0);
  protected readonly nothing = computed(() => NOTHING[this.store.outcome()]);
  protected readonly canSettle = computed(
    () => this.store.outcome() === 'received' && this.permissions.can('messages:write'),
  );

  protected change(change: AddressChange): void {
    this.store.address.change({ ...change, page: null });
  }

  protected goToPage(page: number): void {
    this.store.address.change({ page }, { isStep: true });
  }

  protected toggle(id: number): void {
    this.opened.update((opened) => (opened === id ? null : id));
  }

  protected selectedOf(group: Group): number {
    const selected = this.store.selectedIds();
    return group.items.filter(({ message }) => selected.has(message.id)).length;
  }

  protected selectGroup(group: Group, isSelected: boolean): void {
    this.store.select(
      group.items.map(({ message }) => message.id),
      isSelected,
    );
  }

  protected clear(): void {
    this.store.select([...this.store.selectedIds()], false);
  }

  protected async settle(messages: readonly Message[], outcome: 'acknowledged' | 'dismissed'): Promise<void> {
    this.isBusy.set(true);
    const { done, failures } = await this.store.settle(messages, outcome);
    this.isBusy.set(false);
    const [failure] = failures;
    if (!failure) {
      this.toasts.open(TEXTS.settled(done, outcome), TEXTS.close, { duration: TOAST_MS });
      return;
    }
    const requestId = requestIdOf(failure);
    const words = [
      TEXTS.settledPartly(
        done,
        outcome,
        failures.length,
        detailOf(failure) || `${sentenceFor(failure).title}.`,
      ),
      ...(requestId ? [TEXTS.requestId(requestId)] : []),
    ];
    this.toasts.open(words.join(' '), TEXTS.close);
  }
}
