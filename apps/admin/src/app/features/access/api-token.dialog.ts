import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import {
  MatDialogActions,
  MatDialogClose,
  MatDialogContent,
  MatDialogRef,
  MatDialogTitle,
} from '@angular/material/dialog';
import type { CreatedApiToken } from '@moolai/contracts';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { sentenceFor } from '../../core/http/error-sentences';
import { toRequestFailure, type RequestFailure } from '../../core/http/request-failure';
import { ServerClock } from '../../core/time/server-clock';
import { CodeBlock } from '../../ui/code-block';
import { FailureNote } from '../../ui/failure-note';
import { grantBody, isComplete, type Grant } from './grant';
import { GrantFields } from './grant-fields';

const DAY_MS = 86_400_000;
const LIVES = [
  { days: 7, label: 'In 7 days' },
  { days: 30, label: 'In 30 days' },
  { days: 90, label: 'In 90 days' },
  { days: 365, label: 'In a year' },
] as const;
const USUAL_DAYS = 30;

/** Creates an API token, and shows it only once. Closes with true if one was created. */
@Component({
  selector: 'mc-api-token-dialog',
  imports: [
    CodeBlock,
    FailureNote,
    GrantFields,
    MatButton,
    MatDialogActions,
    MatDialogClose,
    MatDialogContent,
    MatDialogTitle,
  ],
  template: `
    @if (created(); as made) {
      <h2 mat-dialog-title>Copy the token now</h2>
      <mat-dialog-content>
        <p>
          <strong>{{ made.name }}</strong> is shown only once. The controller keeps no readable copy of it.
        </p>
        <mc-code-block label="Token" copyLabel="Copy the token" [text]="made.token" />
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button matButton="filled" type="button" [mat-dialog-close]="true">I have copied it</button>
      </mat-dialog-actions>
    } @else {
      <h2 mat-dialog-title>Create an API token</h2>
      <mat-dialog-content>
        @if (problem(); as failure) {
          <div class="refused" role="alert">
            <strong>{{ title() }}.</strong>
            <mc-failure-note [failure]="failure" />
          </div>
        }
        <div class="mc-field">
          <label for="token-name">Name</label>
          <input
            #called
            id="token-name"
            class="mc-input"
            type="text"
            autocomplete="off"
            maxlength="100"
            placeholder="For example: nightly report"
            [value]="name()"
            (input)="name.set(called.value)"
          />
        </div>
        <mc-grant-fields [(grant)]="grant" />
        <div class="mc-field">
          <label for="token-life">Expires</label>
          <select #life id="token-life" class="mc-input" (change)="days.set(+life.value)">
            @for (one of lives; track one.days) {
              <option [value]="one.days" [selected]="one.days === days()">{{ one.label }}</option>
            }
          </select>
        </div>
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button matButton type="button" mat-dialog-close>Cancel</button>
        <button matButton="filled" type="button" [disabled]="!canCreate()" (click)="create()">Create</button>
      </mat-dialog-actions>
    }
  `,
  styles: `
    mat-dialog-content {
      display: grid;
      gap: 14px;
    }
    .refused {
      color: var(--mc-error-ink);
    }
  `,
})
export class ApiTokenDialog {
  private readonly api = inject(ApiClient);
  private readonly clock = inject(ServerClock);
  private readonly dialog = inject<MatDialogRef<ApiTokenDialog, boolean>>(MatDialogRef);

  protected readonly lives = LIVES;
  protected readonly name = signal('');
  protected readonly days = signal<number>(USUAL_DAYS);
  protected readonly grant = signal<Grant>({ role: 'viewer', organizationIds: [] });
  protected readonly isBusy = signal(false);
  protected readonly created = signal<CreatedApiToken | null>(null);
  protected readonly problem = signal<RequestFailure | null>(null);
  protected readonly title = computed(() => {
    const failure = this.problem();
    return failure ? sentenceFor(failure).title : '';
  });
  protected readonly canCreate = computed(
    () => this.name().trim() !== '' && isComplete(this.grant()) && !this.isBusy(),
  );

  protected async create(): Promise<void> {
    if (!this.canCreate()) return;
    this.isBusy.set(true);
    this.problem.set(null);
    const expiresAt = new Date(this.clock.nowMs() + this.days() * DAY_MS).toISOString();
    const body = { name: this.name().trim(), ...grantBody(this.grant()), expires_at: expiresAt };
    try {
      this.created.set(await this.api.call(API.createApiToken, { body }));
      // A click beside the dialog must not lose a token that is shown only once.
      this.dialog.disableClose = true;
    } catch (error) {
      this.problem.set(toRequestFailure(error));
    } finally {
      this.isBusy.set(false);
    }
  }
}
