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
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH, type User } from '@moolai/contracts';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { toRequestFailure, type RequestFailure } from '../../core/http/request-failure';
import { FailureNote } from '../../ui/failure-note';

/** Sets another user's password. Closes with the user. */
@Component({
  selector: 'mc-password-dialog',
  imports: [FailureNote, MatButton, MatDialogActions, MatDialogClose, MatDialogContent, MatDialogTitle],
  template: `
    <h2 mat-dialog-title>Set the password of {{ user.email }}</h2>
    <mat-dialog-content>
      <p class="mc-muted">All their sessions end. Give them the password over a secure channel.</p>
      @if (problem(); as failure) {
        <div class="refused" role="alert"><mc-failure-note [failure]="failure" /></div>
      }
      <div class="mc-field">
        <label for="new-password">New password</label>
        <input
          #secret
          id="new-password"
          class="mc-input"
          type="password"
          autocomplete="new-password"
          aria-describedby="new-password-hint"
          [attr.maxlength]="longest"
          [value]="password()"
          (input)="password.set(secret.value)"
          (keydown.enter)="save()"
        />
        <span class="hint" id="new-password-hint">At least {{ shortest }} characters.</span>
      </div>
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      <button matButton type="button" mat-dialog-close>Cancel</button>
      <button matButton="filled" type="button" [disabled]="!canSave()" (click)="save()">Set password</button>
    </mat-dialog-actions>
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
export class PasswordDialog {
  private readonly api = inject(ApiClient);
  private readonly dialog = inject<MatDialogRef<PasswordDialog, User>>(MatDialogRef);

  protected readonly user = inject<User>(MAT_DIALOG_DATA);
  protected readonly shortest = PASSWORD_MIN_LENGTH;
  protected readonly longest = PASSWORD_MAX_LENGTH;
  protected readonly password = signal('');
  protected readonly isSaving = signal(false);
  protected readonly problem = signal<RequestFailure | null>(null);
  protected readonly canSave = computed(
    () => this.password().length >= PASSWORD_MIN_LENGTH && !this.isSaving(),
  );

  protected async save(): Promise<void> {
    if (!this.canSave()) return;
    this.isSaving.set(true);
    this.problem.set(null);
    try {
      const call = { path: { id: this.user.user_id }, body: { password: this.password() } };
      this.dialog.close(await this.api.call(API.changeUser, call));
    } catch (error) {
      this.problem.set(toRequestFailure(error));
      this.isSaving.set(false);
    }
  }
}
