import { Component, computed, inject, signal } from '@angular/core';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { ActivityList } from '../../ui/activity-list';
import { EmptyState } from '../../ui/empty-state';
import { LoadStateView } from '../../ui/load-state';
import { Pager } from '../../ui/pager';
import { OrchestratorStore } from './orchestrator.store';
import { ORCHESTRATORS_TEXTS } from './orchestrators.texts';

const PAGE_SIZE = 50;

/** Events of an orchestrator, newest first. */
@Component({
  selector: 'mc-activity-tab',
  imports: [ActivityList, EmptyState, LoadStateView, Pager],
  template: `
    <mc-load-state [of]="activity" />
    @if (activity.value(); as page) {
      @if (page.items.length > 0) {
        <div class="bar">
          <mc-pager
            [label]="texts.pages"
            [page]="page.page"
            [pageSize]="page.page_size"
            [total]="page.total"
            (go)="pageNumber.set($event)"
          />
        </div>
        <div class="mc-panel">
          <mc-activity-list [label]="texts.activity" [events]="page.items" [showsWho]="false" />
        </div>
      } @else {
        <mc-empty-state [heading]="texts.noActivity" icon="activity">
          {{ texts.noActivityHint }}
        </mc-empty-state>
      }
    }
  `,
  styleUrl: './tabs.scss',
})
export class ActivityTab {
  protected readonly texts = ORCHESTRATORS_TEXTS.activityTab;

  private readonly store = inject(OrchestratorStore);

  protected readonly pageNumber = signal(1);
  private readonly call = computed(() => {
    const id = this.store.id();
    if (id === undefined) return undefined;
    return { query: { orchestrator_id: id, page: this.pageNumber(), page_size: PAGE_SIZE } };
  });
  protected readonly activity = apiResource(API.listActivity, () => this.call(), {
    keepsOld: true,
    reloadOn: ({ orchestrator_id: id }) => id === this.store.id(),
  });
}
