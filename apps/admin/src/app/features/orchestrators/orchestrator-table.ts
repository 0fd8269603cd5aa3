import { Component, computed, input, output } from '@angular/core';
import { MatSlideToggle, type MatSlideToggleChange } from '@angular/material/slide-toggle';
import { RouterLink } from '@angular/router';
import type { Orchestrator } from '@moolai/contracts';
import type { Selection } from '../../core/selection';
import { axesOf } from '../../ui/axes';
import { AxisBadge } from '../../ui/axis-badge';
import { Moment } from '../../ui/moment';
import { QuarantineBadge } from '../../ui/quarantine-badge';
import { SortHead, type Sortable } from '../../ui/sort-head';
import { StateBadge } from '../../ui/state-badge';
import { StatusBadge } from '../../ui/status-badge';
import { COLUMNS, type ColumnId } from './columns';
import { ORCHESTRATORS_TEXTS } from './orchestrators.texts';

/** A requested switch of independence. */
export interface SwitchRequest {
  readonly id: string;
  readonly isIndependent: boolean;
}

/** Ids to select or deselect. */
export interface SelectRequest {
  readonly ids: readonly string[];
  readonly isSelected: boolean;
}

/** One page of orchestrators as a table. */
@Component({
  selector: 'mc-orchestrator-table',
  imports: [
    AxisBadge,
    MatSlideToggle,
    Moment,
    QuarantineBadge,
    RouterLink,
    SortHead,
    StateBadge,
    StatusBadge,
  ],
  templateUrl: './orchestrator-table.html',
  styleUrl: './orchestrator-table.scss',
})
export class OrchestratorTable {
  protected readonly label = ORCHESTRATORS_TEXTS.list.heading;
  protected readonly columns = ORCHESTRATORS_TEXTS.columns;
  protected readonly texts = ORCHESTRATORS_TEXTS.table;

  readonly orchestrators = input.required<readonly Orchestrator[]>();
  readonly selection = input.required<Selection>();
  readonly order = input.required<Sortable>();
  readonly hidden = input.required<readonly ColumnId[]>();
  readonly isDense = input(false);
  readonly isSelectable = input(false);
  readonly canSwitch = input(false);
  /** Orchestrators with a pending switch. */
  readonly switching = input<ReadonlySet<string>>(new Set());
  readonly selectRows = output<SelectRequest>();
  readonly switchTo = output<SwitchRequest>();

  protected readonly shows = computed(() => {
    const hidden = new Set(this.hidden());
    return Object.fromEntries(COLUMNS.map(({ id }) => [id, !hidden.has(id)])) as Record<ColumnId, boolean>;
  });
  protected readonly heads = computed(() => {
    const shows = this.shows();
    return COLUMNS.filter(({ id }) => shows[id]);
  });
  protected readonly rows = computed(() => {
    const selection = this.selection();
    return this.orchestrators().map((one) => ({
      one,
      axes: axesOf(one),
      isSelected: selection === 'everything' || selection.has(one.orchestrator_id),
      labels: Object.entries(one.labels).map(([key, value]) => `${key}=${value}`),
    }));
  });
  protected readonly areAllSelected = computed(() => this.rows().every(({ isSelected }) => isSelected));
  protected readonly areSomeSelected = computed(() => this.rows().some(({ isSelected }) => isSelected));

  protected selectAll(isSelected: boolean): void {
    this.selectRows.emit({ ids: this.orchestrators().map(({ orchestrator_id: id }) => id), isSelected });
  }

  protected toggled(change: MatSlideToggleChange, one: Orchestrator): void {
    this.switchTo.emit({ id: one.orchestrator_id, isIndependent: change.checked });
    // The displayed value is bound. Material has already moved its own switch, and a quick refusal would leave it
    // there, because the bound value never changed.
    change.source.checked = one.is_independent;
  }
}
