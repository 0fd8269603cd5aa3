import { JsonPipe } from '@angular/common';
import { Component, computed, inject, input, output, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import type { Message, MessageStatus } from '@moolai/contracts';
import { Permissions } from '../../core/auth/permissions';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import type { ApiResource } from '../../core/http/api-resource';
import { toRequestFailure, type RequestFailure } from '../../core/http/request-failure';
import { CodeBlock } from '../../ui/code-block';
import { ErrorPanel } from '../../ui/error-panel';
import { LoadStateView } from '../../ui/load-state';
import { Moment } from '../../ui/moment';
import { SidePanel } from '../../ui/side-panel';
import { StateBadge } from '../../ui/state-badge';
import { MESSAGES_TEXTS } from './messages.texts';

const TEXTS = MESSAGES_TEXTS.messagePanel;

interface Action {
  readonly status: MessageStatus;
  readonly label: string;
}

const ACTIONS: Readonly<Partial<Record<MessageStatus, readonly Action[]>>> = {
  pending: [{ status: 'cancelled', label: TEXTS.cancelTheMessage }],
  received: [
    { status: 'acknowledged', label: TEXTS.acknowledge },
    { status: 'dismissed', label: TEXTS.dismiss },
  ],
};

/** Meanings of statuses that the word alone does not convey. */
const MEANINGS: Readonly<Record<MessageStatus, string>> = {
  pending: TEXTS.pendingHint,
  sent: TEXTS.sentHint,
  delivered: TEXTS.deliveredHint,
  failed: TEXTS.failedHint,
  expired: TEXTS.expiredHint,
  cancelled: TEXTS.cancelledHint,
  received: TEXTS.receivedHint,
  acknowledged: TEXTS.acknowledgedHint,
  dismissed: TEXTS.dismissedHint,
};

/** One message: content, status and actions. */
@Component({
  selector: 'mc-message-panel',
  imports: [
    CodeBlock,
    ErrorPanel,
    JsonPipe,
    LoadStateView,
    MatButton,
    Moment,
    RouterLink,
    SidePanel,
    StateBadge,
  ],
  templateUrl: './message-panel.html',
  styles: `
    .state {
      margin: 6px 0 16px;
      color: var(--mc-muted);
    }
    h3 {
      margin: 20px 0 8px;
    }
    .actions {
      display: flex;
      flex-wrap: wrap;
      gap: 8px;
      margin-bottom: 16px;
    }
    .mc-facts {
      grid-template-columns: repeat(auto-fill, minmax(150px, 1fr));
    }
  `,
})
export class MessagePanel {
  protected readonly texts = TEXTS;

  private readonly api = inject(ApiClient);
  private readonly permissions = inject(Permissions);

  readonly id = input.required<number>();
  readonly read = input.required<ApiResource<Message>>();
  readonly closes = output();
  readonly changes = output<Message>();

  protected readonly meanings = MEANINGS;
  protected readonly isBusy = signal(false);
  protected readonly problem = signal<RequestFailure | null>(null);
  protected readonly actions = computed(() => {
    const status = this.read().value()?.status;
    return (this.permissions.can('messages:write') && status && ACTIONS[status]) || [];
  });

  protected async set(status: MessageStatus): Promise<void> {
    this.isBusy.set(true);
    this.problem.set(null);
    try {
      const call = { path: { id: this.id() }, body: { status } };
      const message = await this.api.call(API.setMessageStatus, call);
      this.read().patch(() => message);
      this.changes.emit(message);
    } catch (error) {
      this.problem.set(toRequestFailure(error));
      this.read().reload();
    } finally {
      this.isBusy.set(false);
    }
  }
}
