import { Component, inject, signal } from '@angular/core';
import { form, maxLength, validate } from '@angular/forms/signals';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import { isId, type Organization } from '@moolai/contracts';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { FormDialog } from '../../ui/form-dialog';
import { TextField } from '../../ui/text-field';
import { ORGANIZATIONS_TEXTS } from './organizations.texts';

const TEXTS = ORGANIZATIONS_TEXTS.formDialog;

const LONGEST = 200;

/** Creates an organization, or changes its description. */
@Component({
  selector: 'mc-organization-form-dialog',
  imports: [FormDialog, TextField],
  template: `
    <mc-form-dialog
      [of]="form"
      [heading]="known ? texts.changeHeading(known.organization_id) : texts.createHeading"
      [label]="known ? texts.save : texts.create"
      [action]="save"
    >
      @if (!known) {
        <mc-text-field [of]="form.organization_id" [label]="texts.id" [hint]="texts.idHint" />
      }
      <mc-text-field [of]="form.name" [label]="texts.name" />
      <mc-text-field [of]="form.admin_email" [label]="texts.administrator" type="email" />
      <mc-text-field [of]="form.support_email" [label]="texts.support" type="email" />
      <mc-text-field [of]="form.website" [label]="texts.website" type="url" />
    </mc-form-dialog>
  `,
})
export class OrganizationFormDialog {
  protected readonly texts = TEXTS;

  private readonly api = inject(ApiClient);

  protected readonly known = inject<Organization | null>(MAT_DIALOG_DATA);
  private readonly values = signal({
    organization_id: this.known?.organization_id ?? '',
    name: this.known?.name ?? '',
    admin_email: this.known?.admin_email ?? '',
    support_email: this.known?.support_email ?? '',
    website: this.known?.website ?? '',
  });
  protected readonly form = form(this.values, (path) => {
    validate(path.organization_id, ({ value }) => {
      const message = TEXTS.idInvalid;
      return isId(value().trim()) ? undefined : { kind: 'id', message };
    });
    validate(path.name, ({ value }) =>
      value().trim() === '' ? { kind: 'required', message: TEXTS.nameMissing } : undefined,
    );
    for (const field of [path.organization_id, path.name, path.admin_email, path.support_email, path.website])
      maxLength(field, LONGEST);
  });

  protected readonly save = (): Promise<Organization> => {
    const { organization_id, name, admin_email, support_email, website } = this.values();
    const said = {
      name: name.trim(),
      admin_email: admin_email.trim() || null,
      support_email: support_email.trim() || null,
      website: website.trim() || null,
    };
    if (this.known) {
      return this.api.call(API.changeOrganization, { path: { id: this.known.organization_id }, body: said });
    }
    return this.api.call(API.createOrganization, {
      body: { organization_id: organization_id.trim(), ...said },
    });
  };
}
