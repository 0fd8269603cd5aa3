import { Component, computed, inject, signal } from '@angular/core';
import type { MessageDirection } from '@moolai/contracts';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { LoadStateView } from '../../ui/load-state';
import { Moment } from '../../ui/moment';
import { Pager } from '../../ui/pager';
import { StateBadge } from '../../ui/state-badge';
import { OrchestratorStore } from './orchestrator.store';
import { ORCHESTRATORS_TEXTS } from './orchestrators.texts';

const TEXTS = ORCHESTRATORS_TEXTS.messagesTab;

const PAGE_SIZE = 25;
const DIRECTIONS = [
  { value: undefined, label: TEXTS.all },
  { value: 'to_orchestrator', label: TEXTS.toOrchestrator },
  { value: 'from_orchestrator', label: TEXTS.fromOrchestrator },
] as const;

/** Messages to and from an orchestrator, newest first. */
@Component({
  selector: 'mc-messages-tab',
  imports: [EmptyState, Icon, LoadStateView, Moment, Pager, StateBadge],
  template: `
    <div class="bar">
      <div class="mc-segments" role="group" [aria-label]="texts.direction">
        @for (option of directions; track option.label) {
          <button
            type="button"
            [attr.aria-pressed]="option.value === direction()"
            (click)="choose(option.value)"
          >
            {{ option.label }}
          </button>
        }
      </div>
      @if (messages.value(); as page) {
        <mc-pager
          [label]="texts.pages"
          [page]="page.page"
          [pageSize]="page.page_size"
          [total]="page.total"
          (go)="pageNumber.set($event)"
        />
      }
    </div>
    <mc-load-state [of]="messages" />
    @if (messages.value(); as page) {
      @if (page.items.length > 0) {
        <table class="mc-table" role="table" [aria-label]="texts.messages">
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader" scope="col">{{ texts.message }}</th>
              <th role="columnheader" scope="col">{{ texts.status }}</th>
              <th role="columnheader" scope="col">{{ texts.direction }}</th>
              <th role="columnheader" scope="col" class="number">{{ texts.attempts }}</th>
              <th role="columnheader" scope="col">{{ texts.created }}</th>
              <th role="columnheader" scope="col">{{ texts.by }}</th>
            </tr>
          </thead>
          <tbody role="rowgroup">
            @for (message of page.items; track message.id) {
              <tr role="row">
                <td role="cell">
                  <strong>{{ message.message_type }}</strong>
                  <span class="mc-muted number-of">#{{ message.id }}</span>
                  @if (message.failure_reason; as reason) {
                    <div class="mc-muted">{{ reason }}</div>
                  }
                </td>
                <td role="cell"><mc-state-badge [state]="message.status" /></td>
                <td role="cell" [attr.data-label]="texts.direction">
                  <span class="direction">
                    <mc-icon [name]="message.direction === 'to_orchestrator' ? 'send' : 'download'" />
                    {{
                      message.direction === 'to_orchestrator' ? texts.toOrchestrator : texts.fromOrchestrator
                    }}
                  </span>
                </td>
                <td role="cell" [attr.data-label]="texts.attempts" class="number">
                  {{ message.direction === 'to_orchestrator' ? message.attempts : '–' }}
                </td>
                <td role="cell" [attr.data-label]="texts.created">
                  <mc-moment [value]="message.created_at" />
                </td>
                <td role="cell" [attr.data-label]="texts.by">
                  {{ message.created_by ?? texts.theOrchestrator }}
                </td>
              </tr>
            }
          </tbody>
        </table>
      } @else {
        <mc-empty-state [heading]="texts.noMessages" icon="messages">
          {{ texts.noMessagesHint }}
        </mc-empty-state>
      }
    }
  `,
  styles: `
    .number-of {
      margin-left: 6px;
    }
    .direction {
      display: inline-flex;
      align-items: center;
      gap: 6px;
    }
    .direction mc-icon {
      width: 14px;
      height: 14px;
      color: var(--mc-muted);
    }
  `,
  styleUrl: './tabs.scss',
})
export class MessagesTab {
  protected readonly texts = TEXTS;

  private readonly store = inject(OrchestratorStore);

  protected readonly directions = DIRECTIONS;
  protected readonly direction = signal<MessageDirection | undefined>(undefined);
  protected readonly pageNumber = signal(1);
  private readonly call = computed(() => {
    const id = this.store.id();
    const direction = this.direction();
    if (id === undefined) return undefined;
    const page = { page: this.pageNumber(), page_size: PAGE_SIZE, sort: '-id' };
    return { query: { orchestrator_id: id, ...page, ...(direction ? { direction } : {}) } };
  });
  protected readonly messages = apiResource(API.listMessages, () => this.call(), {
    keepsOld: true,
    reloadOn: ({ type, orchestrator_id: id }) => type.startsWith('message.') && id === this.store.id(),
  });

  protected choose(direction: MessageDirection | undefined): void {
    this.direction.set(direction);
    this.pageNumber.set(1);
  }
}
