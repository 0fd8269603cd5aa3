import { DecimalPipe } from '@angular/common';
import { Component, computed, input, output } from '@angular/core';
import {
  ORCHESTRATOR_STATUSES,
  type FacetValue,
  type OrchestratorFacets,
  type OrchestratorFacetsQuery,
} from '@moolai/contracts';
import type { AddressChange } from '../../core/address';
import { Choice, type ChoiceOption } from '../../ui/choice';
import { STATE_LOOKS } from '../../ui/state-badge';
import { STATUS_PRESENTATION } from '../../ui/status-presentation';
import { ORCHESTRATORS_TEXTS } from './orchestrators.texts';

const TEXTS = ORCHESTRATORS_TEXTS.filters;

/** A choice and its number of results, once known. */
interface FacetOption {
  readonly value: string;
  readonly label: string;
  readonly count: number | null;
}

interface Facet {
  readonly name: string;
  readonly label: string;
  readonly chosen: string;
  readonly options: readonly FacetOption[];
}

/** The chosen value stays visible even if no orchestrator has it. */
function optionsOf(values: readonly FacetValue[], chosen: string): readonly FacetOption[] {
  const options = values.map(({ value, count }) => ({ value, label: value, count }));
  const isMissing = chosen !== '' && !options.some(({ value }) => value === chosen);
  return isMissing ? [{ value: chosen, label: chosen, count: 0 }, ...options] : options;
}

/** Filters of the list, with the number of results per choice. */
@Component({
  selector: 'mc-facet-filters',
  imports: [Choice, DecimalPipe],
  template: `
    <div class="mc-segments" role="group" [aria-label]="texts.status">
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
    @for (facet of choices(); track facet.name) {
      <mc-choice
        [label]="facet.label"
        [options]="facet.options"
        [value]="facet.chosen"
        (picks)="pick(facet.name, $event)"
      />
    }
  `,
  styles: `
    :host {
      display: contents;
    }
    .glyph {
      color: var(--mc-status-ink);
    }
    .count {
      color: var(--mc-muted);
      font-weight: 450;
      font-variant-numeric: tabular-nums;
    }
  `,
})
export class FacetFilters {
  protected readonly texts = TEXTS;

  readonly filter = input.required<OrchestratorFacetsQuery>();
  readonly facets = input<OrchestratorFacets>();
  readonly filterChange = output<AddressChange>();

  protected readonly statuses = computed(() => {
    const counts = this.facets()?.statuses;
    const chosen = this.filter().status ?? null;
    const all = counts ? ORCHESTRATOR_STATUSES.reduce((sum, status) => sum + counts[status], 0) : null;
    return [
      { status: null, glyph: null, label: TEXTS.all, count: all, isChosen: chosen === null },
      ...ORCHESTRATOR_STATUSES.map((status) => ({
        status,
        ...STATUS_PRESENTATION[status],
        count: counts?.[status] ?? null,
        isChosen: chosen === status,
      })),
    ];
  });
  private readonly facetsNow = computed<readonly Facet[]>(() => {
    const filter = this.filter();
    const facets = this.facets();
    const configs = facets?.config_statuses;
    const { links, admissions } = facets ?? {};
    const quarantined = filter.quarantined === undefined ? '' : String(filter.quarantined);
    const connected = filter.connected === undefined ? '' : String(filter.connected);
    return [
      {
        name: 'organization_id',
        label: TEXTS.organization,
        chosen: filter.organization_id ?? '',
        options: optionsOf(facets?.organizations ?? [], filter.organization_id ?? ''),
      },
      {
        name: 'connected',
        label: TEXTS.link,
        chosen: connected,
        options: [
          { value: 'true', label: TEXTS.connected, count: links?.connected ?? null },
          { value: 'false', label: TEXTS.notConnected, count: links?.disconnected ?? null },
        ],
      },
      {
        name: 'quarantined',
        label: TEXTS.admission,
        chosen: quarantined,
        options: [
          { value: 'true', label: TEXTS.quarantined, count: admissions?.quarantined ?? null },
          { value: 'false', label: TEXTS.admitted, count: admissions?.admitted ?? null },
        ],
      },
      {
        name: 'config_status',
        label: TEXTS.configuration,
        chosen: filter.config_status ?? '',
        options: (['applied', 'pending', 'failed'] as const).map((value) => ({
          value,
          label: STATE_LOOKS[value].label,
          count: configs?.[value] ?? null,
        })),
      },
      {
        name: 'version',
        label: TEXTS.version,
        chosen: filter.version ?? '',
        options: optionsOf(facets?.versions ?? [], filter.version ?? ''),
      },
      {
        name: 'label',
        label: TEXTS.label,
        chosen: filter.label ?? '',
        options: optionsOf(facets?.labels ?? [], filter.label ?? ''),
      },
    ];
  });

  protected readonly choices = computed(() =>
    this.facetsNow().map((facet) => ({ ...facet, options: facet.options.map((one) => this.counted(one)) })),
  );

  protected pick(name: string, value: string | null): void {
    this.filterChange.emit({ [name]: value });
  }

  private counted({ value, label, count }: FacetOption): ChoiceOption {
    return { value, label: count === null ? label : TEXTS.withCount(label, count) };
  }
}
