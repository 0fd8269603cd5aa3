import { Component, inject, signal } from '@angular/core';
import { form, maxLength, minLength, required } from '@angular/forms/signals';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH, type User } from '@moolai/contracts';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { FormDialog } from '../../ui/form-dialog';
import { TextField } from '../../ui/text-field';
import { ACCESS_TEXTS } from './access.texts';

/** Sets another user's password. Closes with the user. */
@Component({
  selector: 'mc-password-dialog',
  imports: [FormDialog, TextField],
  template: `
    <mc-form-dialog
      [of]="form"
      [heading]="texts.heading(user.email)"
      [label]="texts.setPassword"
      [action]="save"
      needsValid
    >
      <p class="mc-muted">{{ texts.advice }}</p>
      <mc-text-field
        [of]="form.password"
        [label]="texts.newPassword"
        type="password"
        autocomplete="new-password"
        [hint]="texts.passwordHint(shortest)"
      />
    </mc-form-dialog>
  `,
})
export class PasswordDialog {
  protected readonly texts = ACCESS_TEXTS.passwordDialog;

  private readonly api = inject(ApiClient);

  protected readonly user = inject<User>(MAT_DIALOG_DATA);
  protected readonly shortest = PASSWORD_MIN_LENGTH;
  protected readonly form = form(signal({ password: '' }), (path) => {
    // An empty text has no length that is too short.
    required(path.password);
    minLength(path.password, PASSWORD_MIN_LENGTH);
    maxLength(path.password, PASSWORD_MAX_LENGTH);
  });

  protected readonly save = (): Promise<User> =>
    this.api.call(API.changeUser, { path: { id: this.user.user_id }, body: this.form().value() });
}
