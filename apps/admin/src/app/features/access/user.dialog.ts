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
import { AuthStore } from '../../core/auth/auth.store';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { sentenceFor } from '../../core/http/error-sentences';
import { toRequestFailure, type RequestFailure } from '../../core/http/request-failure';
import { FailureNote } from '../../ui/failure-note';
import { grantBody, isComplete, type Grant } from './grant';
import { GrantFields } from './grant-fields';

/** Creates or changes a user. Closes with the user. */
@Component({
  selector: 'mc-user-dialog',
  imports: [
    FailureNote,
    GrantFields,
    MatButton,
    MatDialogActions,
    MatDialogClose,
    MatDialogContent,
    MatDialogTitle,
  ],
  template: `
    <h2 mat-dialog-title>{{ user ? 'Change ' + user.email : 'Create a user' }}</h2>
    <mat-dialog-content>
      @if (problem(); as failure) {
        <div class="refused" role="alert">
          <strong>{{ title() }}.</strong>
          <mc-failure-note [failure]="failure" />
        </div>
      }
      @if (!user) {
        <div class="mc-field">
          <label for="user-email">E-mail address</label>
          <input
            #mail
            id="user-email"
            class="mc-input"
            type="email"
            autocomplete="off"
            [value]="email()"
            (input)="email.set(mail.value.trim())"
          />
        </div>
      }
      <div class="mc-field">
        <label for="user-name">Name</label>
        <input
          #called
          id="user-name"
          class="mc-input"
          type="text"
          autocomplete="off"
          maxlength="200"
          [value]="name()"
          (input)="name.set(called.value)"
        />
      </div>
      @if (isSelf) {
        <p class="mc-muted">Only another user can change your role.</p>
      } @else {
        <mc-grant-fields [(grant)]="grant" />
      }
      @if (!user) {
        <div class="mc-field">
          <label for="user-password">Password</label>
          <input
            #secret
            id="user-password"
            class="mc-input"
            type="password"
            autocomplete="new-password"
            aria-describedby="user-password-hint"
            [attr.maxlength]="longest"
            [attr.aria-invalid]="isShort()"
            [value]="password()"
            (input)="password.set(secret.value)"
          />
          <span class="hint" id="user-password-hint"
            >At least {{ shortest }} characters. Without a password, the user can sign in only with the
            identity provider.</span
          >
        </div>
      }
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      <button matButton type="button" mat-dialog-close>Cancel</button>
      <button matButton="filled" type="button" [disabled]="!canSave()" (click)="save()">
        {{ user ? 'Save' : 'Create' }}
      </button>
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
export class UserDialog {
  private readonly api = inject(ApiClient);
  private readonly dialog = inject<MatDialogRef<UserDialog, User>>(MatDialogRef);

  /** Null for a new one. */
  protected readonly user = inject<User | null>(MAT_DIALOG_DATA);
  protected readonly isSelf = this.user !== null && this.user.user_id === inject(AuthStore).user()?.user_id;
  protected readonly shortest = PASSWORD_MIN_LENGTH;
  protected readonly longest = PASSWORD_MAX_LENGTH;
  protected readonly email = signal('');
  protected readonly name = signal(this.user?.name ?? '');
  protected readonly password = signal('');
  protected readonly grant = signal<Grant>({
    role: this.user?.role ?? 'viewer',
    organizationIds: this.user?.organization_ids ?? [],
  });
  protected readonly isSaving = signal(false);
  protected readonly problem = signal<RequestFailure | null>(null);
  protected readonly title = computed(() => {
    const failure = this.problem();
    return failure ? sentenceFor(failure).title : '';
  });
  protected readonly isShort = computed(
    () => this.password() !== '' && this.password().length < PASSWORD_MIN_LENGTH,
  );
  protected readonly canSave = computed(
    () =>
      !this.isSaving() &&
      !this.isShort() &&
      (this.isSelf || isComplete(this.grant())) &&
      (this.user !== null || this.email().includes('@')),
  );

  protected async save(): Promise<void> {
    if (!this.canSave()) return;
    this.isSaving.set(true);
    this.problem.set(null);
    try {
      this.dialog.close(await this.send());
    } catch (error) {
      this.problem.set(toRequestFailure(error));
      this.isSaving.set(false);
    }
  }

  private send(): Promise<User> {
    const name = this.name().trim() === '' ? {} : { name: this.name().trim() };
    const grant = this.isSelf ? {} : grantBody(this.grant());
    if (this.user) {
      const call = { path: { id: this.user.user_id }, body: { ...name, ...grant } };
      return this.api.call(API.changeUser, call);
    }
    const password = this.password() === '' ? {} : { password: this.password() };
    const body = { email: this.email(), ...name, ...grantBody(this.grant()), ...password };
    return this.api.call(API.createUser, { body });
  }
}
