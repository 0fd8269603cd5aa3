import { computed, Injectable } from '@angular/core';
import { MESSAGE_SORT_FIELDS } from '@moolai/contracts';
import { injectAddressList } from '../../core/http/address-list';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { selectionOf } from '../../core/selection';
import { FILTERS, messageFilterOf, withEvents } from './message-query';

/** One page of messages, live, and the displayed one, according to the URL. */
@Injectable()
export class MessagesStore {
  readonly list = injectAddressList(API.listMessages, {
    filters: FILTERS,
    filterOf: messageFilterOf,
    order: { by: MESSAGE_SORT_FIELDS, usual: '-id' },
    filterDrops: ['marked'],
    live: {
      patch: (page, { events }) => withEvents(page, events),
      countNew: ({ events }) => events.filter(({ type }) => type === 'message.created').length,
    },
  });
  private readonly params = this.list.address.params;

  /** The selected messages of a bulk action. */
  readonly marked = computed(() => selectionOf(this.params()['marked']));

  /** The displayed message. */
  readonly selected = computed(() => {
    const id = Number(this.params()['selected']);
    return Number.isInteger(id) && id > 0 ? id : null;
  });
  readonly message = apiResource(
    API.getMessage,
    () => {
      const id = this.selected();
      return id === null ? undefined : { path: { id } };
    },
    {
      reloadOn: ({ type, data }) => type === 'message.status' && data.id === this.selected(),
      everyMs: 300,
    },
  );
}
