import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatSnackBar } from '@angular/material/snack-bar';
import { MESSAGE_STATUSES, type Message } from '@moolai/contracts';
import { Permissions } from '../../core/auth/permissions';
import { injectOrganizationChoices } from '../../core/fleet/organization-choices';
import { selectionParam, withSelected, type Selection } from '../../core/selection';
import { Choice } from '../../ui/choice';
import { Dialogs } from '../../ui/dialogs';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { ListFrame } from '../../ui/list-frame';
import { Moment } from '../../ui/moment';
import { SortHead } from '../../ui/sort-head';
import { StateBadge, STATE_LOOKS } from '../../ui/state-badge';
import { TextFilter } from '../../ui/text-filter';
import type { CancelData } from './cancel.dialog';
import { MessagePanel } from './message-panel';
import { MessagesStore } from './messages.store';
import { MESSAGES_TEXTS } from './messages.texts';

const TEXTS = MESSAGES_TEXTS.page;

const DIRECTIONS = [
  { value: null, label: TEXTS.all },
  { value: 'to_orchestrator', label: TEXTS.toOrchestrators },
  { value: 'from_orchestrator', label: TEXTS.fromOrchestrators },
] as const;

/** All messages in both directions, live; filters, order, page and selection are in the URL. */
@Component({
  selector: 'mc-messages-page',
  imports: [
    Choice,
    EmptyState,
    Icon,
    ListFrame,
    MatButton,
    MessagePanel,
    Moment,
    SortHead,
    StateBadge,
    TextFilter,
  ],
  providers: [MessagesStore],
  templateUrl: './messages.page.html',
  styleUrl: './messages.page.scss',
})
export class MessagesPage {
  protected readonly texts = TEXTS;

  private readonly dialogs = inject(Dialogs);
  private readonly toasts = inject(MatSnackBar);

  protected readonly permissions = inject(Permissions);
  protected readonly store = inject(MessagesStore);
  protected readonly list = this.store.list;
  protected readonly directions = DIRECTIONS;
  protected readonly statuses = MESSAGE_STATUSES.map((value) => ({ value, label: STATE_LOOKS[value].label }));
  protected readonly organizations = injectOrganizationChoices();

  /** Pending messages can be cancelled; without permission nothing can be selected. */
  protected readonly pending = computed(() => {
    const items = this.permissions.can('messages:write') ? this.list.items() : [];
    return items.filter(({ status }) => status === 'pending').map(({ id }) => String(id));
  });
  protected readonly markedCount = computed(() => {
    const marked = this.store.marked();
    if (!this.permissions.can('messages:write')) return 0;
    return marked === 'everything' ? this.list.total() : marked.size;
  });
  protected readonly areAllMarked = computed(() => this.pending().every((id) => this.isMarked(id)));
  protected readonly canMarkEverything = computed(
    () =>
      this.store.marked() !== 'everything' &&
      this.list.filter().status === 'pending' &&
      this.list.total() > this.markedCount(),
  );

  protected isMarked(id: number | string): boolean {
    const marked = this.store.marked();
    return marked === 'everything' || marked.has(String(id));
  }

  protected mark(ids: readonly string[], isMarked: boolean): void {
    this.markAs(withSelected(this.store.marked(), ids, isMarked));
  }

  protected markAs(selection: Selection): void {
    this.list.address.change({ marked: selectionParam(selection) });
  }

  protected clearMarks(): void {
    this.markAs(new Set());
  }

  protected open(id: number | null): void {
    this.list.address.change({ selected: id });
  }

  protected changed(message: Message): void {
    this.list.patch((page) => ({
      ...page,
      items: page.items.map((one) => (one.id === message.id ? message : one)),
    }));
  }

  protected async cancelMarked(): Promise<void> {
    const marked = this.store.marked();
    const ids = marked === 'everything' ? null : [...marked];
    const data: CancelData = { ids, filter: this.list.filter(), count: this.markedCount() };
    const isDone = await this.dialogs.open<boolean>(
      () => import('./cancel.dialog').then((m) => m.CancelDialog),
      { data },
    );
    if (!isDone) return;
    this.clearMarks();
    this.list.reload();
  }

  protected async send(): Promise<void> {
    const message = await this.dialogs.open<Message>(
      () => import('./send.dialog').then((m) => m.SendDialog),
      { data: this.list.filter().orchestrator_id ?? null, width: '620px' },
    );
    if (!message) return;
    this.toasts.open(TEXTS.queued(message.id, message.orchestrator_id), TEXTS.close, {
      duration: 6_000,
    });
    this.list.reload();
    this.open(message.id);
  }
}
