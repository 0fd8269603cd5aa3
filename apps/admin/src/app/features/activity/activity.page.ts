import { Component, computed } from '@angular/core';
import { FLEET_EVENT_TYPES } from '@moolai/contracts';
import { injectAddressList } from '../../core/http/address-list';
import { API } from '../../core/http/api-operations';
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

  protected readonly list = injectAddressList(API.listActivity, {
    filters: ['search', 'type', 'organization_id', 'orchestrator_id'],
    filterOf: activityFilterOf,
    live: {
      countNew: ({ events }, filter) => events.filter((event) => isAskedFor(filter, event)).length,
      isNewestFirst: true,
    },
  });
  protected readonly types = FLEET_EVENT_TYPES.map((type) => ({ type, label: EVENT_LOOKS[type].label }));
  /** Filters set by links only; each can be removed. */
  protected readonly chips = computed(() => {
    const { organization_id, orchestrator_id } = this.list.filter();
    return [
      { param: 'organization_id', label: organization_id ?? '' },
      { param: 'orchestrator_id', label: orchestrator_id ?? '' },
    ].filter(({ label }) => label !== '');
  });

  protected drop(param: string): void {
    this.list.narrow({ [param]: null });
  }
}
