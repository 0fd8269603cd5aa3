import { Component, inject, signal } from '@angular/core';
import { form, FormField, maxLength, validate } from '@angular/forms/signals';
import { MatButton } from '@angular/material/button';
import { MatDialogActions, MatDialogClose, MatDialogContent, MatDialogTitle } from '@angular/material/dialog';
import type { CreatedApiToken } from '@moolai/contracts';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { ServerClock } from '../../core/time/server-clock';
import { CodeBlock } from '../../ui/code-block';
import { FormDialog } from '../../ui/form-dialog';
import { TextField } from '../../ui/text-field';
import { ACCESS_TEXTS } from './access.texts';
import { grantBody, isComplete, type Grant } from './grant';
import { GrantFields } from './grant-fields';

const TEXTS = ACCESS_TEXTS.apiTokenDialog;

const DAY_MS = 86_400_000;
const LIVES = [
  { days: '7', label: TEXTS.in7Days },
  { days: '30', label: TEXTS.in30Days },
  { days: '90', label: TEXTS.in90Days },
  { days: '365', label: TEXTS.in1Year },
] as const;
const USUAL_DAYS = '30';

/** Creates an API token, and shows it only once. Closes with true if one was created. */
@Component({
  selector: 'mc-api-token-dialog',
  imports: [
    CodeBlock,
    FormDialog,
    FormField,
    GrantFields,
    MatButton,
    MatDialogActions,
    MatDialogClose,
    MatDialogContent,
    MatDialogTitle,
    TextField,
  ],
  template: `
    @if (created(); as made) {
      <h2 mat-dialog-title>{{ texts.copyNow }}</h2>
      <mat-dialog-content>
        <p>{{ texts.shownOnce(made.name) }}</p>
        <mc-code-block [label]="texts.token" [copyLabel]="texts.copyTheToken" [text]="made.token" />
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button matButton="filled" type="button" [mat-dialog-close]="true">{{ texts.haveCopied }}</button>
      </mat-dialog-actions>
    } @else {
      <mc-form-dialog
        [of]="form"
        [heading]="texts.heading"
        [label]="texts.create"
        [action]="create"
        needsValid
        staysOpen
      >
        <mc-text-field [of]="form.name" [label]="texts.name" [placeholder]="texts.nameExample" />
        <mc-grant-fields [formField]="form.grant" />
        <div class="mc-field">
          <label for="token-life">{{ texts.expires }}</label>
          <select id="token-life" class="mc-input" [formField]="form.days">
            @for (one of lives; track one.days) {
              <option [value]="one.days">{{ one.label }}</option>
            }
          </select>
        </div>
      </mc-form-dialog>
    }
  `,
  styles: `
    mat-dialog-content {
      display: grid;
      gap: 14px;
    }
  `,
})
export class ApiTokenDialog {
  protected readonly texts = TEXTS;

  private readonly api = inject(ApiClient);
  private readonly clock = inject(ServerClock);
  private readonly values = signal<{ name: string; grant: Grant; days: string }>({
    name: '',
    grant: { role: 'viewer', organizationIds: [] },
    days: USUAL_DAYS,
  });

  protected readonly lives = LIVES;
  protected readonly created = signal<CreatedApiToken | null>(null);
  protected readonly form = form(this.values, (path) => {
    validate(path.name, ({ value }) => (value().trim() === '' ? { kind: 'required' } : undefined));
    maxLength(path.name, 100);
    validate(path.grant, ({ value }) => (isComplete(value()) ? undefined : { kind: 'incomplete' }));
  });

  protected readonly create = async (): Promise<void> => {
    const { name, grant, days } = this.values();
    const expiresAt = new Date(this.clock.nowMs() + Number(days) * DAY_MS).toISOString();
    const body = { name: name.trim(), ...grantBody(grant), expires_at: expiresAt };
    this.created.set(await this.api.call(API.createApiToken, { body }));
  };
}
