import { DecimalPipe } from '@angular/common';
import { booleanAttribute, Component, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import type { AddressList } from '../core/http/address-list';
import { EmptyState } from './empty-state';
import { Icon } from './icon';
import { LoadStateView } from './load-state';
import { PageHeader } from './page-header';
import { Pager } from './pager';
import { SearchBox } from './search-box';
import { UI_TEXTS } from './ui.texts';

/**
 * A page with a list: header, filters, number of new entries, pager, and the entries or why there are none. The page
 * inserts the entries and, as slots, `actions` of the header, `filters` beside the search, `notes` before the pager,
 * `bulk` actions, the text for an empty list (`none`), and optionally its own `noMatch`.
 */
@Component({
  selector: 'mc-list-frame',
  imports: [DecimalPipe, EmptyState, Icon, LoadStateView, MatButton, PageHeader, Pager, SearchBox],
  template: `
    @let list = of();
    <mc-page-header
      [heading]="heading()"
      [count]="list.value() ? (list.total() | number) : null"
      [description]="description()"
    >
      <ng-content select="[actions]" />
    </mc-page-header>

    <div [class.one-row]="isOneRow()">
      <div class="filters">
        <mc-search-box
          [label]="texts.search(things())"
          [placeholder]="placeholder()"
          [value]="list.filter().search ?? ''"
          (wordsChange)="list.narrow({ search: $event || null })"
        />
        <ng-content select="[filters]" />
      </div>
      <div class="bar">
        <ng-content select="[notes]" />
        @if (list.newcomers() > 0) {
          <button class="mc-chip new" type="button" (click)="list.showNewcomers()">
            <mc-icon name="refresh" />{{ texts.newcomers(list.newcomers()) }}
          </button>
        }
        @if (list.isFiltered() && !isOneRow()) {
          <button class="mc-link-button" type="button" (click)="list.clear()">
            {{ texts.clearFilters }}
          </button>
        }
        <mc-pager
          [label]="texts.pagesOf(things())"
          [page]="list.address.page()"
          [pageSize]="list.pageSize"
          [total]="list.total()"
          (go)="list.goToPage($event)"
        />
      </div>
    </div>
    <ng-content select="[bulk]" />

    <mc-load-state [of]="list" [count]="8" />
    @if (list.value(); as page) {
      @if (page.items.length > 0) {
        <ng-content />
      } @else if (page.total > 0) {
        <mc-empty-state [heading]="texts.pageNotFound" icon="info">
          {{ texts.pageNotFoundHint }}
          <ng-container actions>
            <button matButton="tonal" type="button" (click)="list.goToPage(1)">
              {{ texts.goToFirstPage }}
            </button>
          </ng-container>
        </mc-empty-state>
      } @else if (list.isFiltered()) {
        <ng-content select="[noMatch]">
          <mc-empty-state [heading]="noMatch()" icon="search">
            {{ noMatchText() }}
            <ng-container actions>
              <button matButton="tonal" type="button" (click)="list.clear()">{{ texts.clearFilters }}</button>
            </ng-container>
          </mc-empty-state>
        </ng-content>
      } @else if (!list.isLoading()) {
        <ng-content select="[none]" />
      }
    }
  `,
  styles: `
    :host {
      display: block;
    }
    .filters {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 10px 8px;
    }
    .new {
      border-color: var(--mc-accent);
      color: var(--mc-accent-ink);
      background: var(--mc-accent-wash);
    }
    .bar {
      display: flex;
      align-items: center;
      gap: 14px;
      min-height: 30px;
      margin: 12px 0;
    }
    mc-pager {
      margin-left: auto;
    }
    .one-row {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 10px 12px;
      margin-bottom: 12px;
    }
    .one-row > div {
      display: contents;
    }
    @media (max-width: 799.98px) {
      :not(.one-row) > .filters > mc-search-box {
        flex-basis: 100%;
        max-width: none;
      }
    }
  `,
})
export class ListFrame {
  protected readonly texts = UI_TEXTS.listFrame;

  readonly of = input.required<AddressList<unknown, { search?: string }>>();
  readonly heading = input.required<string>();
  readonly description = input.required<string>();
  /** Name of the entries in search and pager. */
  readonly things = input.required<string>();
  readonly placeholder = input.required<string>();
  readonly noMatch = input('');
  readonly noMatchText = input<string>(UI_TEXTS.listFrame.noMatchText);
  /** With few filters the pager fits beside them, and no button to clear them is needed. */
  readonly isOneRow = input(false, { transform: booleanAttribute });
}
