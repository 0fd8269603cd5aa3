import { computed, DestroyRef, inject, signal, type Signal } from '@angular/core';
import type { Page } from '@moolai/contracts';
import { injectAddress, sortOf, type Address, type AddressChange, type AddressParams } from '../address';
import type { LiveBatch } from '../live/live-batch';
import { LiveStore } from '../live/live.store';
import type { CallOf, Operation } from './api-operations';
import { apiResource, type ApiResource, type ResourceOptions } from './api-resource';

const PAGE_SIZE = 50;

/** Filters of a list: its query without order and page. */
export type FilterOf<Query> = Omit<Query, 'page' | 'page_size' | 'sort'>;

/** How a list follows the live stream. Rows change in place; new ones are only counted, so that no row moves. */
export interface LiveList<Item, Filter> {
  /** The page updated by a batch; the same object if nothing changed. */
  readonly patch?: (page: Page<Item>, batch: LiveBatch) => Page<Item>;
  /** Number of new entries in a batch. */
  readonly countNew: (batch: LiveBatch, filter: Filter) => number;
  /** True if new entries are always on the first page. */
  readonly isNewestFirst?: boolean;
}

/** How a list is requested from the URL. */
export interface AddressListOptions<Item, Query> extends Omit<ResourceOptions<Page<Item>>, 'keepsOld'> {
  /** The filter parameters, which clearing removes. */
  readonly filters: readonly string[];
  /** The filters in the URL, without invalid ones. */
  readonly filterOf: (params: AddressParams) => FilterOf<Query>;
  /** Sortable fields and the default order; omitted if the order is fixed. */
  readonly order?: { readonly by: readonly string[]; readonly usual: string };
  /** Parameters of the current display, which another filter or page removes. */
  readonly filterDrops?: readonly string[];
  readonly pageDrops?: readonly string[];
  /** False sends no request. */
  readonly isAsked?: () => boolean;
  readonly live?: LiveList<Item, FilterOf<Query>>;
}

/** One page of a list; filters, order and page are in the URL. */
export interface AddressList<Item, Filter> extends ApiResource<Page<Item>> {
  readonly address: Address;
  readonly filter: Signal<Filter>;
  readonly isFiltered: Signal<boolean>;
  readonly sort: Signal<string>;
  readonly pageSize: number;
  /** Empty before the first answer. */
  readonly items: Signal<readonly Item[]>;
  /** On all pages. */
  readonly total: Signal<number>;
  /** Number of new entries since the list was loaded; 0 if the list is not live. */
  readonly newcomers: Signal<number>;
  showNewcomers(): void;
  /** Changes filters or order, and returns to the first page. */
  narrow(change: AddressChange): void;
  clear(): void;
  sortBy(sort: string): void;
  /** Can be undone with the browser's back button. */
  goToPage(page: number): void;
}

function without(params: readonly string[] = []): AddressChange {
  return Object.fromEntries(params.map((name) => [name, null]));
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The list of a page, according to its URL. */
export function injectAddressList<Path extends string, Item, Query extends object>(
  operation: Operation<Path, Page<Item>, Query, never>,
  options: AddressListOptions<Item, Query>,
): AddressList<Item, FilterOf<Query>> {
  const { filters, filterOf, order, filterDrops, pageDrops, isAsked = () => true, live } = options;
  const address = injectAddress();
  const filter = computed(() => filterOf(address.params()), { equal: isSame });
  const sort = computed(() => (order ? sortOf(order.by, address.params()['sort'], order.usual) : ''));
  const query = computed(
    () => ({
      ...filter(),
      ...(order ? { sort: sort() } : {}),
      page: address.page(),
      page_size: PAGE_SIZE,
    }),
    { equal: isSame },
  );
  const newcomers = signal(0);
  const list = apiResource(
    operation,
    () => (isAsked() ? ({ query: query() } as unknown as CallOf<Path, Query, never>) : undefined),
    {
      ...options,
      keepsOld: true,
      map: (page) => {
        newcomers.set(0);
        return options.map ? options.map(page) : page;
      },
    },
  );
  if (live) {
    const { patch, countNew } = live;
    const onBatch = (batch: LiveBatch): void => {
      if (patch) list.patch((page) => patch(page, batch));
      const count = countNew(batch, filter());
      if (count === 0) return;
      // An empty list has no row that could move.
      if (list.value()?.total === 0) list.reload();
      else newcomers.update((known) => known + count);
    };
    inject(LiveStore).follow({ onBatch }, inject(DestroyRef));
  }
  const narrow = (change: AddressChange): void =>
    address.change({ ...change, page: null, ...without(filterDrops) });
  const goToPage = (page: number): void =>
    address.change({ page: page === 1 ? null : page, ...without(pageDrops) }, { isStep: true });
  return {
    ...list,
    address,
    filter,
    isFiltered: computed(() => Object.keys(filter()).length > 0),
    sort,
    pageSize: PAGE_SIZE,
    items: computed(() => list.value()?.items ?? []),
    total: computed(() => list.value()?.total ?? 0),
    newcomers: newcomers.asReadonly(),
    showNewcomers: () => (live?.isNewestFirst && address.page() !== 1 ? goToPage(1) : list.reload()),
    narrow,
    clear: () => narrow(without(filters)),
    sortBy: (by) => address.change({ sort: by, page: null }),
    goToPage,
  };
}
