import { Component, inject } from '@angular/core';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { everyPage } from '../../core/http/every-page';
import { BulkFrame, type BulkTask } from '../../ui/bulk/bulk-frame';
import type { MessageFilter } from './message-query';
import { MESSAGES_TEXTS } from './messages.texts';

const TEXTS = MESSAGES_TEXTS.cancelDialog;

/** The messages to cancel. */
export interface CancelData {
  /** The selected ones; null for all pending ones that match the filter. */
  readonly ids: readonly string[] | null;
  readonly filter: MessageFilter;
  /** Their number. */
  readonly count: number;
}

/** Beyond this number, the user has to type it. */
const CONFIRM_ABOVE = 20;

/** Cancels many messages. One that is sent in the meantime can no longer be cancelled, and is shown as such. */
@Component({
  selector: 'mc-cancel-dialog',
  imports: [BulkFrame],
  template: `<mc-bulk-frame [task]="task" />`,
})
export class CancelDialog {
  private readonly api = inject(ApiClient);
  private readonly data = inject<CancelData>(MAT_DIALOG_DATA);

  protected readonly task: BulkTask = {
    label: TEXTS.cancelMessages,
    nouns: TEXTS.nouns,
    meaning: TEXTS.meaning,
    outcome: TEXTS.outcome,
    ids: this.data.ids,
    count: this.data.count,
    gather: () => this.matchingIds(),
    act: (id) => this.api.call(API.setMessageStatus, { path: { id }, body: { status: 'cancelled' } }),
    asksForNumber: this.data.count > CONFIRM_ABOVE,
    isDangerous: true,
  };

  private async matchingIds(): Promise<string[]> {
    const query = { ...this.data.filter, status: 'pending', sort: 'id' } as const;
    const { items } = await everyPage(
      (page) => this.api.call(API.listMessages, { query: { ...query, ...page } }),
      // No limit, because none may be silently left out.
      Number.POSITIVE_INFINITY,
    );
    return items.map(({ id }) => String(id));
  }
}
