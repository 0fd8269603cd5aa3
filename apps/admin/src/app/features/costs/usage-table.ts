import { DecimalPipe } from '@angular/common';
import { Component, computed, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { UsageTotals } from '@moolai/contracts';
import { dollars } from '../../ui/money';
import { COSTS_TEXTS } from './costs.texts';

/** The usage of one item, with its name. */
export interface UsageRow {
  readonly name: string;
  /** Shown beside the name, for example that a day is not over. */
  readonly note?: string;
  /** Link to details. */
  readonly link?: readonly string[];
  readonly usage: UsageTotals;
}

/** Usage by item. */
@Component({
  selector: 'mc-usage-table',
  imports: [DecimalPipe, RouterLink],
  template: `
    <table class="mc-table" role="table" [attr.aria-label]="label()">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">{{ head() }}</th>
          <th role="columnheader" scope="col" class="number">{{ texts.cost }}</th>
          <th role="columnheader" scope="col" class="number">{{ texts.requests }}</th>
          <th role="columnheader" scope="col" class="number">{{ texts.inputTokens }}</th>
          <th role="columnheader" scope="col" class="number">{{ texts.outputTokens }}</th>
          <th role="columnheader" scope="col" class="number">{{ texts.withoutACost }}</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        @for (row of shown(); track row.name) {
          <tr role="row" [attr.aria-label]="row.name">
            <td role="cell" data-wide>
              @if (row.link; as link) {
                <a [routerLink]="link">{{ row.name }}</a>
              } @else {
                <strong>{{ row.name }}</strong>
              }
              <span class="mc-muted note">{{ row.note }}</span>
            </td>
            <td role="cell" [attr.data-label]="texts.cost" class="number">{{ row.cost }}</td>
            <td role="cell" [attr.data-label]="texts.requests" class="number">
              {{ row.usage.requests | number }}
            </td>
            <td role="cell" [attr.data-label]="texts.inputTokens" class="number">
              {{ row.usage.input_tokens | number }}
            </td>
            <td role="cell" [attr.data-label]="texts.outputTokens" class="number">
              {{ row.usage.output_tokens | number }}
            </td>
            <td role="cell" [attr.data-label]="texts.withoutACost" class="number">
              {{ row.usage.unpriced_entries | number }}
            </td>
          </tr>
        }
      </tbody>
    </table>
  `,
  styles: `
    /* The tables stand below each other: so do their columns. */
    @media (min-width: 800px) {
      .mc-table {
        table-layout: fixed;
      }
      th:first-child {
        width: 34%;
      }
    }
    .note:not(:empty) {
      margin-left: 8px;
    }
  `,
})
export class UsageTable {
  protected readonly texts = COSTS_TEXTS.usageTable;

  readonly label = input.required<string>();
  readonly head = input.required<string>();
  readonly rows = input.required<readonly UsageRow[]>();

  protected readonly shown = computed(() =>
    this.rows().map((row) => ({ ...row, cost: dollars(row.usage.cost_usd) })),
  );
}
