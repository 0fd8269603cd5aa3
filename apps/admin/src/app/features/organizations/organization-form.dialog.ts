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
import { isId, type Organization } from '@moolai/contracts';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { sentenceFor } from '../../core/http/error-sentences';
import { toRequestFailure, type RequestFailure } from '../../core/http/request-failure';
import { FailureNote } from '../../ui/failure-note';

type FieldName = 'organization_id' | 'name' | 'admin_email' | 'support_email' | 'website';

interface Field {
  readonly name: FieldName;
  readonly label: string;
  readonly type: 'text' | 'email' | 'url';
  readonly hint: string;
}

const FIELDS: readonly Field[] = [
  {
    name: 'organization_id',
    label: 'Id',
    type: 'text',
    hint: 'Letters, digits, dots, hyphens and underscores. It cannot be changed later.',
  },
  { name: 'name', label: 'Name', type: 'text', hint: '' },
  { name: 'admin_email', label: 'Administrator e-mail address', type: 'email', hint: '' },
  { name: 'support_email', label: 'Support e-mail address', type: 'email', hint: '' },
  { name: 'website', label: 'Website', type: 'url', hint: '' },
];

/** Creates an organization, or changes its description. */
@Component({
  selector: 'mc-organization-form-dialog',
  imports: [FailureNote, MatButton, MatDialogActions, MatDialogClose, MatDialogContent, MatDialogTitle],
  template: `
    <h2 mat-dialog-title>{{ known ? 'Change ' + known.organization_id : 'Create an organization' }}</h2>
    <mat-dialog-content>
      <form id="organization-form" novalidate (submit)="save($event)">
        @for (field of fields; track field.name) {
          @let problem = problemOf(field.name);
          <div class="mc-field">
            <label [attr.for]="field.name">{{ field.label }}</label>
            <input
              #box
              class="mc-input"
              maxlength="200"
              autocomplete="off"
              [id]="field.name"
              [type]="field.type"
              [value]="values()[field.name]"
              [attr.aria-invalid]="problem ? true : null"
              [attr.aria-describedby]="problem || field.hint ? field.name + '-note' : null"
              (input)="set(field.name, box.value)"
            />
            @if (problem) {
              <span class="problem" [id]="field.name + '-note'">{{ problem }}</span>
            } @else if (field.hint) {
              <span class="hint" [id]="field.name + '-note'">{{ field.hint }}</span>
            }
          </div>
        }
        <div role="alert">
          @if (failure(); as refused) {
            <div class="refused">
              <strong>{{ titleOf(refused) }}.</strong> <mc-failure-note [failure]="refused" />
            </div>
          }
        </div>
      </form>
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      <button matButton type="button" mat-dialog-close>Cancel</button>
      <button matButton="filled" type="submit" form="organization-form" [disabled]="isSaving()">
        {{ known ? 'Save' : 'Create' }}
      </button>
    </mat-dialog-actions>
  `,
  styles: `
    form {
      display: grid;
      gap: 14px;
    }
    .refused {
      padding: 10px 12px;
      border-radius: 6px;
      color: var(--mc-error-ink);
      background: var(--mc-error-wash);
    }
  `,
})
export class OrganizationFormDialog {
  private readonly api = inject(ApiClient);
  private readonly dialog = inject<MatDialogRef<OrganizationFormDialog, Organization>>(MatDialogRef);

  protected readonly known = inject<Organization | null>(MAT_DIALOG_DATA);
  protected readonly fields = FIELDS.filter(({ name }) => !this.known || name !== 'organization_id');
  protected readonly values = signal<Readonly<Record<FieldName, string>>>({
    organization_id: this.known?.organization_id ?? '',
    name: this.known?.name ?? '',
    admin_email: this.known?.admin_email ?? '',
    support_email: this.known?.support_email ?? '',
    website: this.known?.website ?? '',
  });
  protected readonly isSaving = signal(false);
  protected readonly failure = signal<RequestFailure | null>(null);
  private readonly isTried = signal(false);
  private readonly refusedFields = computed(() => {
    const failure = this.failure();
    return failure?.name === 'ApiError' ? failure.fields : [];
  });

  protected set(name: FieldName, value: string): void {
    this.values.update((values) => ({ ...values, [name]: value }));
  }

  protected problemOf(name: FieldName): string | null {
    if (!this.isTried()) return null;
    const value = this.values()[name].trim();
    if (name === 'organization_id' && !isId(value))
      return 'Enter an id with only letters, digits, dots, hyphens and underscores.';
    if (name === 'name' && value === '') return 'Enter a name.';
    return this.refusedFields().find(({ field }) => field === name)?.detail ?? null;
  }

  protected titleOf(failure: RequestFailure): string {
    return sentenceFor(failure).title;
  }

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    this.failure.set(null);
    this.isTried.set(true);
    if (this.fields.some(({ name }) => this.problemOf(name) !== null)) return;
    this.isSaving.set(true);
    try {
      this.dialog.close(await this.send());
    } catch (error) {
      this.failure.set(toRequestFailure(error));
    } finally {
      this.isSaving.set(false);
    }
  }

  private send(): Promise<Organization> {
    const text = (name: FieldName): string => this.values()[name].trim();
    const said = {
      name: text('name'),
      admin_email: text('admin_email') || null,
      support_email: text('support_email') || null,
      website: text('website') || null,
    };
    if (this.known) {
      return this.api.call(API.changeOrganization, { path: { id: this.known.organization_id }, body: said });
    }
    const body = { organization_id: text('organization_id'), ...said };
    return this.api.call(API.createOrganization, { body });
  }
}
