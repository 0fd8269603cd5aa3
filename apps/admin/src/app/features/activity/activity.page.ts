import { Component, computed, DestroyRef, inject, signal } from '@angular/core';
import { FLEET_EVENT_TYPES } from '@moolai/contracts';
import { injectAddressList } from '../../core/http/address-list';
import { API } from '../../core/http/api-operations';
import { LiveStore } from '../../core/live/live.store';
import { ActivityList } from '../../ui/activity-list';
import { EmptyState } from '../../ui/empty-state';
import { EVENT_LOOKS } from '../../ui/event-looks';
import { Icon } from '../../ui/icon';
import { ListFrame } from '../../ui/list-frame';
import { activityFilterOf, isAskedFor } from './activity-query';
import { ACTIVITY_TEXTS } from './activity.texts';

/** Events of the fleet, newest first; new ones are counted until the user shows them. */
@Component({
  selector: 'mc-activity-page',
  imports: [ActivityList, EmptyState, Icon, ListFrame],
  templateUrl: './activity.page.html',
  styleUrl: './activity.page.scss',
})
export class ActivityPage {
  protected readonly texts = ACTIVITY_TEXTS.page;

  private readonly newCount = signal(0);

  protected readonly list = injectAddressList(API.activity, {
    filters: ['search', 'type', 'organization_id', 'orchestrator_id'],
    filterOf: activityFilterOf,
    map: (page) => {
      this.newCount.set(0);
      return page;
    },
  });
  protected readonly newcomers = this.newCount.asReadonly();
  protected readonly types = FLEET_EVENT_TYPES.map((type) => ({ type, label: EVENT_LOOKS[type].label }));
  /** Filters set by links only; each can be removed. */
  protected readonly chips = computed(() => {
    const { organization_id, orchestrator_id } = this.list.filter();
    return [
      { param: 'organization_id', label: organization_id ?? '' },
      { param: 'orchestrator_id', label: orchestrator_id ?? '' },
    ].filter(({ label }) => label !== '');
  });

  constructor() {
    inject(LiveStore).follow(
      {
        onBatch: ({ events }) => {
          const count = events.filter((event) => isAskedFor(this.list.filter(), event)).length;
          if (count === 0) return;
          if (this.list.value()?.total === 0) this.list.reload();
          else this.newCount.update((known) => known + count);
        },
      },
      inject(DestroyRef),
    );
  }

  protected drop(param: string): void {
    this.list.narrow({ [param]: null });
  }

  /** New events are on the first page. */
  protected showNew(): void {
    if (this.list.address.page() === 1) this.list.reload();
    else this.list.goToPage(1);
  }
}
