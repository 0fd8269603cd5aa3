import { DecimalPipe } from '@angular/common';
import { Component, computed, DestroyRef, inject, signal, type Signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { ActivatedRoute, Router, type Params } from '@angular/router';
import { FLEET_EVENT_TYPES } from '@moolai/contracts';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { LiveStore } from '../../core/live/live.store';
import { ActivityList } from '../../ui/activity-list';
import { EmptyState } from '../../ui/empty-state';
import { EVENT_LOOKS } from '../../ui/event-looks';
import { Icon } from '../../ui/icon';
import { LoadStateView } from '../../ui/load-state';
import { PageHeader } from '../../ui/page-header';
import { Pager } from '../../ui/pager';
import { SearchBox } from '../../ui/search-box';
import { activityQueryOf, isAskedFor, type AddressParams } from './activity-query';

/** What has happened in the fleet, newest first; what happens now is counted until one wants to see it. */
@Component({
  selector: 'mc-activity-page',
  imports: [
    ActivityList,
    DecimalPipe,
    EmptyState,
    Icon,
    LoadStateView,
    MatButton,
    PageHeader,
    Pager,
    SearchBox,
  ],
  templateUrl: './activity.page.html',
  styleUrl: './activity.page.scss',
})
export class ActivityPage {
  private readonly router = inject(Router);
  private readonly params: Signal<AddressParams> = toSignal(inject(ActivatedRoute).queryParams, {
    requireSync: true,
  });
  private readonly newCount = signal(0);

  protected readonly query = computed(() => activityQueryOf(this.params()));
  protected readonly list = apiResource(API.activity, () => ({ query: this.query() }), {
    keepsOld: true,
    map: (page) => {
      this.newCount.set(0);
      return page;
    },
  });
  protected readonly newcomers = this.newCount.asReadonly();
  protected readonly types = FLEET_EVENT_TYPES.map((type) => ({ type, label: EVENT_LOOKS[type].label }));
  /** Filters that only a link sets: each can be taken away. */
  protected readonly chips = computed(() => {
    const { organization_id, orchestrator_id } = this.query();
    return [
      { param: 'organization_id', label: organization_id },
      { param: 'orchestrator_id', label: orchestrator_id },
    ].filter(({ label }) => label !== undefined);
  });
  protected readonly isFiltered = computed(() => {
    const { type, search } = this.query();
    return type !== undefined || search !== undefined || this.chips().length > 0;
  });

  constructor() {
    inject(LiveStore).follow(
      {
        onBatch: ({ events }) => {
          const count = events.filter((event) => isAskedFor(this.query(), event)).length;
          if (count === 0) return;
          if (this.list.value()?.total === 0) this.list.reload();
          else this.newCount.update((known) => known + count);
        },
      },
      inject(DestroyRef),
    );
  }

  protected change(filter: Params): void {
    this.go({ ...filter, page: null });
  }

  protected drop(param: string): void {
    this.change({ [param]: null });
  }

  protected clear(): void {
    this.change({ search: null, type: null, organization_id: null, orchestrator_id: null });
  }

  protected goToPage(page: number): void {
    this.go({ page: page === 1 ? null : page }, false);
  }

  /** The newest are on the first page. */
  protected showNew(): void {
    if (this.query().page === 1) this.list.reload();
    else this.goToPage(1);
  }

  private go(queryParams: Params, replaceUrl = true): void {
    void this.router.navigate([], { queryParams, queryParamsHandling: 'merge', replaceUrl });
  }
}
