import { DecimalPipe } from '@angular/common';
import { Component, computed, input, output } from '@angular/core';
import {
  ORCHESTRATOR_STATUSES,
  type FacetValue,
  type OrchestratorFacets,
  type OrchestratorFacetsQuery,
} from '@moolai/contracts';
import { SearchBox } from '../../ui/search-box';
import { STATUS_PRESENTATION } from '../../ui/status-presentation';

/** A change of the filters, as query parameters; null removes one. */
export type FilterChange = Readonly<Record<string, string | null>>;

interface Choice {
  readonly name: string;
  readonly label: string;
  readonly chosen: string;
  readonly options: readonly { value: string; label: string; count: number | null }[];
}

const CONFIG_LABELS = { applied: 'Applied', pending: 'Pending', failed: 'Failed' } as const;

/** The chosen value stays visible even if no orchestrator has it. */
function optionsOf(values: readonly FacetValue[], chosen: string): Choice['options'] {
  const options = values.map(({ value, count }) => ({ value, label: value, count }));
  const isMissing = chosen !== '' && !options.some(({ value }) => value === chosen);
  return isMissing ? [{ value: chosen, label: chosen, count: 0 }, ...options] : options;
}

/** Filters of the list, with the number of results per choice. */
@Component({
  selector: 'mc-filter-bar',
  imports: [DecimalPipe, SearchBox],
  template: `
    <mc-search-box
      label="Search orchestrators"
      placeholder="Search by name or id"
      [value]="filter().search ?? ''"
      (wordsChange)="filterChange.emit({ search: $event || null })"
    />
    <div class="mc-segments" role="group" aria-label="Status">
      @for (option of statuses(); track option.label) {
        <button
          type="button"
          [attr.aria-pressed]="option.isChosen"
          (click)="filterChange.emit({ status: option.status })"
        >
          @if (option.glyph) {
            <span class="glyph" aria-hidden="true" [attr.data-status]="option.status">{{
              option.glyph
            }}</span>
          }
          {{ option.label }}
          @if (option.count !== null) {
            <span class="count">{{ option.count | number }}</span>
          }
        </button>
      }
    </div>
    <div class="choices">
      @for (choice of choices(); track choice.name) {
        <select
          #picked
          class="mc-input"
          [class.chosen]="choice.chosen !== ''"
          [attr.aria-label]="choice.label"
          [value]="choice.chosen"
          (change)="filterChange.emit(changeOf(choice.name, picked.value))"
        >
          <option value="" [selected]="choice.chosen === ''">{{ choice.label }}</option>
          @for (option of choice.options; track option.value) {
            <option [value]="option.value" [selected]="option.value === choice.chosen">
              {{ option.label }}{{ option.count === null ? '' : ' (' + (option.count | number) + ')' }}
            </option>
          }
        </select>
      }
    </div>
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 10px 12px;
    }
    .glyph {
      color: var(--mc-status-ink);
    }
    .count {
      color: var(--mc-muted);
      font-weight: 450;
      font-variant-numeric: tabular-nums;
    }
    .choices {
      display: flex;
      flex-wrap: wrap;
      gap: 8px;
    }
    select {
      width: auto;
      max-width: 190px;
      text-overflow: ellipsis;
    }
    .chosen {
      border-color: var(--mc-accent);
      color: var(--mc-accent-ink);
      background-color: var(--mc-accent-wash);
    }
    @media (max-width: 799.98px) {
      mc-search-box {
        flex-basis: 100%;
        max-width: none;
      }
      select {
        flex: 1 1 130px;
      }
    }
  `,
})
export class FilterBar {
  readonly filter = input.required<OrchestratorFacetsQuery>();
  readonly facets = input<OrchestratorFacets>();
  readonly filterChange = output<FilterChange>();

  protected readonly statuses = computed(() => {
    const counts = this.facets()?.statuses;
    const chosen = this.filter().status ?? null;
    const all = counts ? ORCHESTRATOR_STATUSES.reduce((sum, status) => sum + counts[status], 0) : null;
    return [
      { status: null, glyph: null, label: 'All', count: all, isChosen: chosen === null },
      ...ORCHESTRATOR_STATUSES.map((status) => ({
        status,
        ...STATUS_PRESENTATION[status],
        count: counts?.[status] ?? null,
        isChosen: chosen === status,
      })),
    ];
  });
  protected readonly choices = computed<readonly Choice[]>(() => {
    const filter = this.filter();
    const facets = this.facets();
    const configs = facets?.config_statuses;
    const { links, admissions } = facets ?? {};
    const quarantined = filter.quarantined === undefined ? '' : String(filter.quarantined);
    const connected = filter.connected === undefined ? '' : String(filter.connected);
    return [
      {
        name: 'organization_id',
        label: 'Organization',
        chosen: filter.organization_id ?? '',
        options: optionsOf(facets?.organizations ?? [], filter.organization_id ?? ''),
      },
      {
        name: 'connected',
        label: 'Link',
        chosen: connected,
        options: [
          { value: 'true', label: 'Connected', count: links?.connected ?? null },
          { value: 'false', label: 'Not connected', count: links?.disconnected ?? null },
        ],
      },
      {
        name: 'quarantined',
        label: 'Admission',
        chosen: quarantined,
        options: [
          { value: 'true', label: 'Quarantined', count: admissions?.quarantined ?? null },
          { value: 'false', label: 'Admitted', count: admissions?.admitted ?? null },
        ],
      },
      {
        name: 'config_status',
        label: 'Configuration',
        chosen: filter.config_status ?? '',
        options: (['applied', 'pending', 'failed'] as const).map((value) => ({
          value,
          label: CONFIG_LABELS[value],
          count: configs?.[value] ?? null,
        })),
      },
      {
        name: 'version',
        label: 'Version',
        chosen: filter.version ?? '',
        options: optionsOf(facets?.versions ?? [], filter.version ?? ''),
      },
      {
        name: 'label',
        label: 'Label',
        chosen: filter.label ?? '',
        options: optionsOf(facets?.labels ?? [], filter.label ?? ''),
      },
    ];
  });

  protected changeOf(name: string, value: string): FilterChange {
    return { [name]: value === '' ? null : value };
  }
}
