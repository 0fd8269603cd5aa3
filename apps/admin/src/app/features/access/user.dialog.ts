import { Component, inject, signal } from '@angular/core';
import { form, FormField, maxLength, minLength, validate } from '@angular/forms/signals';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH, type User } from '@moolai/contracts';
import { AuthStore } from '../../core/auth/auth.store';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { FormDialog } from '../../ui/form-dialog';
import { TextField } from '../../ui/text-field';
import { ACCESS_TEXTS } from './access.texts';
import { grantBody, isComplete, type Grant } from './grant';
import { GrantFields } from './grant-fields';

interface Values {
  readonly email: string;
  readonly name: string;
  readonly password: string;
  readonly grant: Grant;
}

/** Creates or changes a user. Closes with the user. */
@Component({
  selector: 'mc-user-dialog',
  imports: [FormDialog, FormField, GrantFields, TextField],
  template: `
    <mc-form-dialog
      [of]="form"
      [heading]="user ? texts.changeHeading(user.email) : texts.createHeading"
      [label]="user ? texts.save : texts.create"
      [action]="save"
      needsValid
    >
      @if (!user) {
        <mc-text-field [of]="form.email" [label]="texts.email" type="email" />
      }
      <mc-text-field [of]="form.name" [label]="texts.name" />
      @if (isSelf) {
        <p class="mc-muted">{{ texts.ownRole }}</p>
      } @else {
        <mc-grant-fields [formField]="form.grant" />
      }
      @if (!user) {
        <mc-text-field
          [of]="form.password"
          [label]="texts.password"
          type="password"
          autocomplete="new-password"
          [hint]="texts.passwordHint(shortest)"
        />
      }
    </mc-form-dialog>
  `,
})
export class UserDialog {
  protected readonly texts = ACCESS_TEXTS.userDialog;

  private readonly api = inject(ApiClient);

  /** Null for a new one. */
  protected readonly user = inject<User | null>(MAT_DIALOG_DATA);
  protected readonly isSelf = this.user !== null && this.user.user_id === inject(AuthStore).user()?.user_id;
  protected readonly shortest = PASSWORD_MIN_LENGTH;
  private readonly values = signal<Values>({
    email: '',
    name: this.user?.name ?? '',
    password: '',
    grant: {
      role: this.user?.role ?? 'viewer',
      organizationIds: this.user?.organization_ids ?? [],
    },
  });
  protected readonly form = form(this.values, (path) => {
    validate(path.email, ({ value }) =>
      this.user !== null || value().includes('@') ? undefined : { kind: 'email' },
    );
    maxLength(path.name, 200);
    validate(path.grant, ({ value }) =>
      this.isSelf || isComplete(value()) ? undefined : { kind: 'incomplete' },
    );
    minLength(path.password, PASSWORD_MIN_LENGTH);
    maxLength(path.password, PASSWORD_MAX_LENGTH);
  });

  protected readonly save = (): Promise<User> => {
    const { email, name, password, grant } = this.values();
    const named = name.trim() === '' ? {} : { name: name.trim() };
    if (this.user) {
      const body = { ...named, ...(this.isSelf ? {} : grantBody(grant)) };
      return this.api.call(API.changeUser, { path: { id: this.user.user_id }, body });
    }
    const secret = password === '' ? {} : { password };
    const body = { email: email.trim(), ...named, ...grantBody(grant), ...secret };
    return this.api.call(API.createUser, { body });
  };
}
