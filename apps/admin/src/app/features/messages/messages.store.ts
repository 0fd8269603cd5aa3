import { computed, DestroyRef, inject, Injectable, signal } from '@angular/core';
import { MESSAGE_SORT_FIELDS } from '@moolai/contracts';
import { injectAddressList } from '../../core/http/address-list';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import type { LiveBatch } from '../../core/live/live-batch';
import { LiveStore } from '../../core/live/live.store';
import { selectionOf } from '../../core/selection';
import { FILTERS, messageFilterOf, withEvents } from './message-query';

/**
 * One page of messages, according to the URL. Statuses change in place; new messages are only counted, so that no row
 * moves under the pointer.
 */
@Injectable()
export class MessagesStore {
  private readonly newCount = signal(0);

  readonly list = injectAddressList(API.messages, {
    filters: FILTERS,
    filterOf: messageFilterOf,
    order: { by: MESSAGE_SORT_FIELDS, usual: '-id' },
    filterDrops: ['marked'],
    map: (page) => {
      this.newCount.set(0);
      return page;
    },
  });
  private readonly params = this.list.address.params;
  /** Number of new messages since the list was loaded. */
  readonly newcomers = this.newCount.asReadonly();

  /** The selected messages of a bulk action. */
  readonly marked = computed(() => selectionOf(this.params()['marked']));

  /** The displayed message. */
  readonly selected = computed(() => {
    const id = Number(this.params()['selected']);
    return Number.isInteger(id) && id > 0 ? id : null;
  });
  readonly message = apiResource(
    API.message,
    () => {
      const id = this.selected();
      return id === null ? undefined : { path: { id } };
    },
    {
      reloadOn: ({ type, data }) => type === 'message.status' && data['id'] === this.selected(),
      everyMs: 300,
    },
  );

  constructor() {
    inject(LiveStore).follow({ onBatch: (batch) => this.take(batch) }, inject(DestroyRef));
  }

  private take({ events }: LiveBatch): void {
    this.list.patch((page) => withEvents(page, events));
    const created = events.filter(({ type }) => type === 'message.created').length;
    if (created === 0) return;
    // An empty list has no row that could move.
    if (this.list.value()?.total === 0) this.list.reload();
    else this.newCount.update((count) => count + created);
  }
}
