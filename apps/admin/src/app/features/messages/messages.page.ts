import { DecimalPipe } from '@angular/common';
import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatSnackBar } from '@angular/material/snack-bar';
import { MESSAGE_STATUSES, PAGE_SIZE_MAX, type Message } from '@moolai/contracts';
import type { AddressChange } from '../../core/address';
import { Permissions } from '../../core/auth/permissions';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { selectionParam, withSelected, type Selection } from '../../core/selection';
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
import { StateBadge, STATE_LOOKS } from '../../ui/state-badge';
import { TextFilter } from '../../ui/text-filter';
import type { CancelData } from './cancel.dialog';
import { MessagePanel } from './message-panel';
import { PAGE_SIZE } from './message-query';
import { MessagesStore } from './messages.store';

const DIRECTIONS = [
  { value: null, label: 'All' },
  { value: 'to_orchestrator', label: 'To orchestrators' },
  { value: 'from_orchestrator', label: 'From them' },
] as const;
const NO_FILTER: AddressChange = {
  search: null,
  status: null,
  direction: null,
  message_type: null,
  orchestrator_id: null,
  organization_id: null,
};

/** Every message in both directions, live; filters, order, page and the one that is looked at are in the address. */
@Component({
  selector: 'mc-messages-page',
  imports: [
    Choice,
    DecimalPipe,
    EmptyState,
    Icon,
    LoadStateView,
    MatButton,
    MessagePanel,
    Moment,
    PageHeader,
    Pager,
    SearchBox,
    SortHead,
    StateBadge,
    TextFilter,
  ],
  providers: [MessagesStore],
  templateUrl: './messages.page.html',
  styleUrl: './messages.page.scss',
})
export class MessagesPage {
  private readonly dialogs = inject(Dialogs);
  private readonly toasts = inject(MatSnackBar);

  protected readonly permissions = inject(Permissions);
  protected readonly store = inject(MessagesStore);
  protected readonly pageSize = PAGE_SIZE;
  protected readonly directions = DIRECTIONS;
  protected readonly statuses = MESSAGE_STATUSES.map((value) => ({ value, label: STATE_LOOKS[value].label }));
  protected readonly orderOf = orderOf;
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
  protected readonly isFiltered = computed(() => Object.keys(this.store.filter()).length > 0);

  /** What waits can be cancelled; whoever may not do that selects nothing. */
  protected readonly pending = computed(() => {
    const items = this.permissions.can('messages:write') ? this.store.list.value()?.items : [];
    return (items ?? []).filter(({ status }) => status === 'pending').map(({ id }) => String(id));
  });
  protected readonly markedCount = computed(() => {
    const marked = this.store.marked();
    if (!this.permissions.can('messages:write')) return 0;
    return marked === 'everything' ? this.total() : marked.size;
  });
  protected readonly areAllMarked = computed(() => this.pending().every((id) => this.isMarked(id)));
  protected readonly canMarkEverything = computed(
    () =>
      this.store.marked() !== 'everything' &&
      this.store.filter().status === 'pending' &&
      this.total() > this.markedCount(),
  );

  protected isMarked(id: number | string): boolean {
    const marked = this.store.marked();
    return marked === 'everything' || marked.has(String(id));
  }

  protected mark(ids: readonly string[], isMarked: boolean): void {
    this.markAs(withSelected(this.store.marked(), ids, isMarked));
  }

  protected markAs(selection: Selection): void {
    this.store.address.change({ marked: selectionParam(selection) });
  }

  protected clearMarks(): void {
    this.markAs(new Set());
  }

  /** Another filter begins at the first page, with nothing selected. */
  protected filter(change: AddressChange): void {
    this.store.address.change({ ...change, page: null, marked: null });
  }

  protected clearFilter(): void {
    this.filter(NO_FILTER);
  }

  protected sortBy(sort: string): void {
    this.store.address.change({ sort, page: null });
  }

  protected goToPage(page: number): void {
    this.store.address.change({ page }, { isStep: true });
  }

  protected open(id: number | null): void {
    this.store.address.change({ selected: id });
  }

  protected changed(message: Message): void {
    this.store.list.patch((page) => ({
      ...page,
      items: page.items.map((one) => (one.id === message.id ? message : one)),
    }));
  }

  protected async cancelMarked(): Promise<void> {
    const marked = this.store.marked();
    const ids = marked === 'everything' ? null : [...marked];
    const data: CancelData = { ids, filter: this.store.filter(), count: this.markedCount() };
    const isDone = await this.dialogs.open<boolean>(
      () => import('./cancel.dialog').then((m) => m.CancelDialog),
      { data },
    );
    if (!isDone) return;
    this.clearMarks();
    this.store.list.reload();
  }

  protected async send(): Promise<void> {
    const message = await this.dialogs.open<Message>(
      () => import('./send.dialog').then((m) => m.SendDialog),
      { data: this.store.filter().orchestrator_id ?? null, width: '620px' },
    );
    if (!message) return;
    this.toasts.open(`Message ${message.id} to ${message.orchestrator_id} is stored.`, 'Dismiss', {
      duration: 6_000,
    });
    this.store.list.reload();
    this.open(message.id);
  }
}
