import { computed, inject, Injectable, signal } from '@angular/core';
import type { Message, MessageListQuery } from '@moolai/contracts';
import { given, injectAddress, oneOf } from '../../core/address';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { toRequestFailure, type RequestFailure } from '../../core/http/request-failure';
import { GROUPINGS, groupsOf } from './grouping';

export const PAGE_SIZE = 100;
/** Statuses of a recommendation; `received` is an open one. */
export const OUTCOMES = ['received', 'acknowledged', 'dismissed'] as const;
export type Outcome = (typeof OUTCOMES)[number];
/** Number of concurrent requests. */
const AT_ONCE = 6;

/** Result for a selection. */
export interface Settled {
  readonly done: number;
  readonly failures: readonly RequestFailure[];
}

/** Recommendations, according to the URL. */
@Injectable()
export class RecommendationsStore {
  private readonly api = inject(ApiClient);
  private readonly chosen = signal<ReadonlySet<number>>(new Set());

  readonly address = injectAddress();
  readonly outcome = computed<Outcome>(() => oneOf(OUTCOMES, this.address.params()['status']) ?? 'received');
  readonly grouping = computed(() => oneOf(GROUPINGS, this.address.params()['group']) ?? 'orchestrator');
  readonly search = computed(() => this.address.params()['search'] ?? '');
  private readonly query = computed<MessageListQuery>(
    () => ({
      message_type: 'recommendation',
      direction: 'from_orchestrator',
      status: this.outcome(),
      ...given({ search: this.search() || undefined }),
      sort: '-id',
      page: this.address.page(),
      page_size: PAGE_SIZE,
    }),
    { equal: (a, b) => JSON.stringify(a) === JSON.stringify(b) },
  );
  readonly list = apiResource(API.listMessages, () => ({ query: this.query() }), {
    keepsOld: true,
    reloadOn: ({ type, data }) =>
      (type === 'message.created' || type === 'message.status') && data.message_type === 'recommendation',
  });
  readonly groups = computed(() => groupsOf(this.list.value()?.items ?? [], this.grouping()));
  /** Selected ones that still exist. */
  readonly selected = computed(() => {
    const chosen = this.chosen();
    return (this.list.value()?.items ?? []).filter(({ id }) => chosen.has(id));
  });
  readonly selectedIds = computed<ReadonlySet<number>>(() => new Set(this.selected().map(({ id }) => id)));

  select(ids: readonly number[], isSelected: boolean): void {
    this.chosen.update((chosen) => {
      const others = [...chosen].filter((id) => !ids.includes(id));
      return new Set(isSelected ? [...others, ...ids] : others);
    });
  }

  /** Acknowledges or dismisses recommendations; a failure does not stop the others. */
  async settle(messages: readonly Message[], status: Exclude<Outcome, 'received'>): Promise<Settled> {
    const failures: RequestFailure[] = [];
    const done: number[] = [];
    const queue = messages.values();
    const worker = async (): Promise<void> => {
      for (const { id } of queue) {
        try {
          await this.api.call(API.setMessageStatus, { path: { id }, body: { status } });
          done.push(id);
        } catch (error) {
          failures.push(toRequestFailure(error));
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    this.select(done, false);
    this.list.patch((page) => {
      const items = page.items.filter(({ id }) => !done.includes(id));
      return { ...page, items, total: page.total - (page.items.length - items.length) };
    });
    this.list.reload();
    return { done: done.length, failures };
  }
}
