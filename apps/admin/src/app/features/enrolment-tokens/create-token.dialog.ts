import { Component, computed, effect, inject, signal } from '@angular/core';
import { form, FormField, maxLength, validate } from '@angular/forms/signals';
import { MatButton } from '@angular/material/button';
import {
  MAT_DIALOG_DATA,
  MatDialogActions,
  MatDialogClose,
  MatDialogContent,
  MatDialogTitle,
} from '@angular/material/dialog';
import { RouterLink } from '@angular/router';
import { PAGE_SIZE_MAX, type CreatedEnrolmentToken } from '@moolai/contracts';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { ServerClock } from '../../core/time/server-clock';
import { FormDialog } from '../../ui/form-dialog';
import { LoadStateView } from '../../ui/load-state';
import { SecretOnce } from '../../ui/secret-once';
import { TextField } from '../../ui/text-field';
import { ENROLMENT_TOKENS_TEXTS } from './enrolment-tokens.texts';

const TEXTS = ENROLMENT_TOKENS_TEXTS.createDialog;

const HOUR_MS = 3_600_000;
const DEFAULT_HOURS = '24';
const ENDS = [
  { label: TEXTS.in1Hour, hours: '1' },
  { label: TEXTS.in24Hours, hours: DEFAULT_HOURS },
  { label: TEXTS.in7Days, hours: '168' },
  { label: TEXTS.in30Days, hours: '720' },
  { label: TEXTS.in1Year, hours: '8760' },
] as const;

/** The number of uses: undefined for unlimited, null for an invalid number. */
function usesOf(text: string): number | null | undefined {
  if (text.trim() === '') return undefined;
  const number = Number(text.trim());
  return Number.isInteger(number) && number > 0 ? number : null;
}

/** Creates an enrolment token, and shows it only once. */
@Component({
  selector: 'mc-create-token-dialog',
  imports: [
    FormDialog,
    FormField,
    LoadStateView,
    MatButton,
    MatDialogActions,
    MatDialogClose,
    MatDialogContent,
    MatDialogTitle,
    RouterLink,
    SecretOnce,
    TextField,
  ],
  templateUrl: './create-token.dialog.html',
  styles: `
    .made {
      display: grid;
      gap: 14px;
    }
  `,
})
export class CreateTokenDialog {
  protected readonly texts = TEXTS;

  private readonly api = inject(ApiClient);
  private readonly clock = inject(ServerClock);
  private readonly wanted = inject<string | undefined>(MAT_DIALOG_DATA) ?? '';

  protected readonly ends = ENDS;
  protected readonly made = signal<CreatedEnrolmentToken | null>(null);
  protected readonly organizations = apiResource(API.listOrganizations, () => ({
    query: { page_size: PAGE_SIZE_MAX, sort: 'organization_id' },
  }));
  /** Organizations that accept orchestrators, and the wanted one. */
  protected readonly choices = computed(() => {
    const known = this.organizations.value()?.items ?? [];
    const choices = known
      .filter(({ is_active }) => is_active)
      .map(({ organization_id: id, name }) => ({ id, label: name && name !== id ? `${name} (${id})` : id }));
    const { wanted } = this;
    if (wanted === '' || choices.some(({ id }) => id === wanted)) return choices;
    return [{ id: wanted, label: wanted }, ...choices];
  });
  private readonly values = signal({
    name: '',
    organization_id: this.wanted,
    hours: DEFAULT_HOURS,
    max_uses: '',
  });
  protected readonly form = form(this.values, (path) => {
    maxLength(path.name, 100);
    validate(path.name, ({ value }) =>
      value().trim() === '' ? { kind: 'required', message: TEXTS.nameMissing } : undefined,
    );
    maxLength(path.max_uses, 7);
    validate(path.max_uses, ({ value }) => {
      const message = TEXTS.maximumUsesInvalid;
      return usesOf(value()) === null ? { kind: 'number', message } : undefined;
    });
  });
  /** A new controller has no organization, and a token needs one. */
  protected readonly hasNoOrganization = computed(
    () => this.organizations.value() !== undefined && this.choices().length === 0,
  );

  constructor() {
    // The first organization is the default.
    effect(() => {
      const field = this.form.organization_id();
      const [first] = this.choices();
      if (field.value() === '' && first) field.value.set(first.id);
    });
  }

  protected readonly save = async (): Promise<void> => {
    const { name, organization_id, hours, max_uses } = this.values();
    const uses = usesOf(max_uses);
    const body = {
      organization_id,
      name: name.trim(),
      expires_at: new Date(this.clock.nowMs() + Number(hours) * HOUR_MS).toISOString(),
      ...(uses ? { max_uses: uses } : {}),
    };
    this.made.set(await this.api.call(API.createEnrolmentToken, { body }));
  };
}
