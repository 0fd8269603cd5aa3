import { Component, computed, inject, signal } from '@angular/core';
import { form, FormField, maxLength, validate } from '@angular/forms/signals';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import { isId, type FieldError, type JsonObject, type Message } from '@moolai/contracts';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { toRequestFailure } from '../../core/http/request-failure';
import { JsonEditor } from '../../ui/editor/json-editor';
import { parseObject, refusedPlaces, type JsonProblem } from '../../ui/editor/json-text';
import { FormDialog } from '../../ui/form-dialog';
import { TextField } from '../../ui/text-field';
import { MESSAGES_TEXTS } from './messages.texts';

const TEXTS = MESSAGES_TEXTS.sendDialog;

const EXPIRIES = [
  { label: TEXTS.never, seconds: '0' },
  { label: TEXTS.in5Minutes, seconds: '300' },
  { label: TEXTS.in1Hour, seconds: '3600' },
  { label: TEXTS.in1Day, seconds: '86400' },
  { label: TEXTS.in1Week, seconds: '604800' },
] as const;

/** Places in a content that the controller refused, from its own root. */
function placesIn(content: JsonObject, fields: readonly FieldError[]): JsonProblem[] {
  return refusedPlaces(fields, { message_content: content })
    .filter(({ path }) => path[0] === 'message_content')
    .map(({ path, message }) => ({ path: path.slice(1), message }));
}

/** Sends a message to an orchestrator. Closes with the message. */
@Component({
  selector: 'mc-send-dialog',
  imports: [FormDialog, FormField, JsonEditor, TextField],
  templateUrl: './send.dialog.html',
  styles: `
    mc-json-editor {
      --mc-editor-height: 34vh;
    }
  `,
})
export class SendDialog {
  protected readonly texts = TEXTS;

  private readonly api = inject(ApiClient);

  protected readonly expiries = EXPIRIES;
  protected readonly values = signal({
    target: inject<string | null>(MAT_DIALOG_DATA) ?? '',
    message_type: '',
    message_content: '{}',
    expires_in_sec: '0',
  });
  protected readonly form = form(this.values, (path) => {
    validate(path.target, ({ value }) => (isId(value().trim()) ? undefined : { kind: 'id' }));
    maxLength(path.message_type, 50);
    validate(path.message_type, ({ value }) => (isId(value().trim()) ? undefined : { kind: 'id' }));
    validate(path.message_content, ({ value }) =>
      'value' in parseObject(value()) ? undefined : { kind: 'json' },
    );
  });
  /** Places in the content that the controller refused. */
  protected readonly refused = signal<readonly JsonProblem[]>([]);
  private lastTry = { text: '', key: '' };
  private readonly target = computed(() => this.values().target.trim());
  private readonly found = apiResource(
    API.listOrchestrators,
    () => ({ query: { page_size: 20, ...(this.target() === '' ? {} : { search: this.target() }) } }),
    { keepsOld: true },
  );
  protected readonly candidates = computed(() => this.found.value()?.items ?? []);

  protected readonly send = async (): Promise<Message> => {
    const { message_type, message_content, expires_in_sec } = this.values();
    const parsed = parseObject(message_content);
    const content = 'value' in parsed ? parsed.value : {};
    const expiry = expires_in_sec === '0' ? {} : { expires_in_sec: Number(expires_in_sec) };
    const body = { message_type: message_type.trim(), message_content: content, ...expiry };
    const call = { path: { id: this.target() }, body };
    this.refused.set([]);
    try {
      return await this.api.callOnce(this.keyOf(call), API.sendMessage, call);
    } catch (error) {
      const failure = toRequestFailure(error);
      if (failure.name === 'ApiError') this.refused.set(placesIn(content, failure.fields));
      throw failure;
    }
  };

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
