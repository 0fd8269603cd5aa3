import { Component, computed, input, output } from '@angular/core';
import { ORCHESTRATOR_STATUSES, type OrchestratorStatus } from '@moolai/contracts';
import { Icon } from '../../ui/icon';
import { STATUS_PRESENTATION } from '../../ui/status-presentation';
import type { FleetFilter } from './organization-groups';

/** Narrows the page down by words and by status. */
@Component({
  selector: 'mc-fleet-filter-bar',
  imports: [Icon],
  template: `
    <div class="search" role="search">
      <mc-icon name="search" />
      <input
        #words
        type="search"
        aria-label="Search orchestrators and organizations"
        placeholder="Search by name or id"
        [value]="filter().search"
        (input)="filterChange.emit({ status: filter().status, search: words.value })"
      />
    </div>
    <div class="statuses" role="group" aria-label="Filter by status">
      @for (option of options(); track option.label) {
        <button
          type="button"
          [attr.aria-pressed]="option.isChosen"
          [attr.data-status]="option.status"
          (click)="filterChange.emit({ status: option.status, search: filter().search })"
        >
          @if (option.glyph) {
            <span class="glyph" aria-hidden="true">{{ option.glyph }}</span>
          }
          {{ option.label }} <span class="count">{{ option.count }}</span>
        </button>
      }
    </div>
  `,
  styleUrl: './fleet-filter-bar.scss',
})
export class FleetFilterBar {
  readonly filter = input.required<FleetFilter>();
  readonly counts = input.required<Record<OrchestratorStatus, number>>();
  readonly filterChange = output<FleetFilter>();

  protected readonly options = computed(() => {
    const counts = this.counts();
    const chosen = this.filter().status;
    const all = ORCHESTRATOR_STATUSES.reduce((sum, status) => sum + counts[status], 0);
    return [
      { status: null, glyph: null, label: 'All', count: all, isChosen: chosen === null },
      ...ORCHESTRATOR_STATUSES.map((status) => ({
        status,
        ...STATUS_PRESENTATION[status],
        count: counts[status],
        isChosen: chosen === status,
      })),
    ];
  });
}
