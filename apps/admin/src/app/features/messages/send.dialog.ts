import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import {
  MAT_DIALOG_DATA,
  MatDialogActions,
  MatDialogClose,
  MatDialogContent,
  MatDialogRef,
  MatDialogTitle,
} from '@angular/material/dialog';
import { isId, type Message } from '@moolai/contracts';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { sentenceFor } from '../../core/http/error-sentences';
import { toRequestFailure, type RequestFailure } from '../../core/http/request-failure';
import { JsonEditor } from '../../ui/editor/json-editor';
import { parseObject, refusedPlaces } from '../../ui/editor/json-text';
import { FailureNote } from '../../ui/failure-note';

const EXPIRIES = [
  { label: 'Never', seconds: 0 },
  { label: 'After 5 minutes', seconds: 300 },
  { label: 'After 1 hour', seconds: 3_600 },
  { label: 'After 1 day', seconds: 86_400 },
  { label: 'After 1 week', seconds: 604_800 },
] as const;

/** Sends a message to an orchestrator. Closes with the message. */
@Component({
  selector: 'mc-send-dialog',
  imports: [
    FailureNote,
    JsonEditor,
    MatButton,
    MatDialogActions,
    MatDialogClose,
    MatDialogContent,
    MatDialogTitle,
  ],
  templateUrl: './send.dialog.html',
  styles: `
    mat-dialog-content {
      display: grid;
      gap: 14px;
      --mc-editor-height: 34vh;
    }
    .refused {
      color: var(--mc-error-ink);
    }
  `,
})
export class SendDialog {
  private readonly api = inject(ApiClient);
  private readonly dialog = inject<MatDialogRef<SendDialog, Message>>(MatDialogRef);

  protected readonly expiries = EXPIRIES;
  protected readonly target = signal(inject<string | null>(MAT_DIALOG_DATA) ?? '');
  protected readonly type = signal('');
  protected readonly text = signal('{}');
  protected readonly expiry = signal(0);
  protected readonly isSending = signal(false);
  protected readonly problem = signal<RequestFailure | null>(null);
  protected readonly title = computed(() => {
    const failure = this.problem();
    return failure ? sentenceFor(failure).title : '';
  });
  private lastTry = { text: '', key: '' };
  private readonly found = apiResource(
    API.orchestrators,
    () => ({ query: { page_size: 20, ...(this.target() === '' ? {} : { search: this.target() }) } }),
    { keepsOld: true },
  );
  protected readonly candidates = computed(() => this.found.value()?.items ?? []);
  protected readonly parsed = computed(() => parseObject(this.text()));
  protected readonly refused = computed(() => {
    const failure = this.problem();
    const parsed = this.parsed();
    if (failure?.name !== 'ApiError' || !('value' in parsed)) return [];
    return refusedPlaces(failure.fields, { message_content: parsed.value })
      .filter(({ path }) => path[0] === 'message_content')
      .map(({ path, message }) => ({ path: path.slice(1), message }));
  });
  protected readonly canSend = computed(
    () => isId(this.target()) && isId(this.type()) && 'value' in this.parsed() && !this.isSending(),
  );

  protected async send(): Promise<void> {
    const parsed = this.parsed();
    if (!this.canSend() || !('value' in parsed)) return;
    this.isSending.set(true);
    this.problem.set(null);
    const expiry = this.expiry() === 0 ? {} : { expires_in_sec: this.expiry() };
    const body = { message_type: this.type(), message_content: parsed.value, ...expiry };
    try {
      const call = { path: { id: this.target() }, body };
      this.dialog.close(await this.api.callOnce(this.keyOf(call), API.sendMessage, call));
    } catch (error) {
      this.problem.set(toRequestFailure(error));
      this.isSending.set(false);
    }
  }

  /** One key per message: if the answer was lost, a retry does not send it twice. */
  private keyOf(call: object): string {
    const text = JSON.stringify(call);
    if (this.lastTry.text !== text) this.lastTry = { text, key: randomKey() };
    return this.lastTry.key;
  }
}

/** `crypto.randomUUID` is missing over plain HTTP. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
