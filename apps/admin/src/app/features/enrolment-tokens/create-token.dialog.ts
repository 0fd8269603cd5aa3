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
import { RouterLink } from '@angular/router';
import { PAGE_SIZE_MAX, type CreatedEnrolmentToken } from '@moolai/contracts';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { sentenceFor } from '../../core/http/error-sentences';
import { toRequestFailure, type RequestFailure } from '../../core/http/request-failure';
import { ServerClock } from '../../core/time/server-clock';
import { FailureNote } from '../../ui/failure-note';
import { LoadStateView } from '../../ui/load-state';
import { SecretOnce } from '../../ui/secret-once';

const HOUR_MS = 3_600_000;
const DEFAULT_HOURS = 24;
const ENDS = [
  { label: 'In 1 hour', hours: 1 },
  { label: 'In 24 hours', hours: DEFAULT_HOURS },
  { label: 'In 7 days', hours: 168 },
  { label: 'In 30 days', hours: 720 },
  { label: 'In 1 year', hours: 8_760 },
] as const;

/** Creates an enrolment token, and shows it only once. */
@Component({
  selector: 'mc-create-token-dialog',
  imports: [
    FailureNote,
    LoadStateView,
    MatButton,
    MatDialogActions,
    MatDialogClose,
    MatDialogContent,
    MatDialogTitle,
    RouterLink,
    SecretOnce,
  ],
  templateUrl: './create-token.dialog.html',
  styles: `
    form,
    .made {
      display: grid;
      gap: 14px;
    }
    [role='alert'] {
      color: var(--mc-error-ink);
    }
  `,
})
export class CreateTokenDialog {
  private readonly api = inject(ApiClient);
  private readonly clock = inject(ServerClock);
  private readonly dialog = inject<MatDialogRef<CreateTokenDialog>>(MatDialogRef);

  protected readonly ends = ENDS;
  protected readonly organizationId = signal(inject<string | undefined>(MAT_DIALOG_DATA) ?? '');
  protected readonly name = signal('');
  protected readonly hours = signal<number>(DEFAULT_HOURS);
  protected readonly maxUses = signal('');
  protected readonly isSaving = signal(false);
  protected readonly isTried = signal(false);
  protected readonly failure = signal<RequestFailure | null>(null);
  protected readonly made = signal<CreatedEnrolmentToken | null>(null);
  protected readonly organizations = apiResource(API.organizations, () => ({
    query: { page_size: PAGE_SIZE_MAX, sort: 'organization_id' },
  }));
  /** Organizations that accept orchestrators, and the chosen one. */
  protected readonly choices = computed(() => {
    const known = this.organizations.value()?.items ?? [];
    const choices = known
      .filter(({ is_active }) => is_active)
      .map(({ organization_id: id, name }) => ({ id, label: name && name !== id ? `${name} (${id})` : id }));
    const chosen = this.organizationId();
    if (chosen === '' || choices.some(({ id }) => id === chosen)) return choices;
    return [{ id: chosen, label: chosen }, ...choices];
  });
  protected readonly chosen = computed(() => this.organizationId() || (this.choices()[0]?.id ?? ''));
  /** A new controller has no organization, and a token needs one. */
  protected readonly hasNoOrganization = computed(
    () => this.organizations.value() !== undefined && this.chosen() === '',
  );
  protected readonly isNameMissing = computed(() => this.isTried() && this.name().trim() === '');
  protected readonly areUsesWrong = computed(() => this.isTried() && this.uses() === null);
  /** Undefined for unlimited, null for an invalid number. */
  private readonly uses = computed(() => {
    const text = this.maxUses().trim();
    if (text === '') return undefined;
    const number = Number(text);
    return Number.isInteger(number) && number > 0 ? number : null;
  });

  protected titleOf(failure: RequestFailure): string {
    return sentenceFor(failure).title;
  }

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    this.failure.set(null);
    this.isTried.set(true);
    const uses = this.uses();
    if (this.isNameMissing() || uses === null || this.chosen() === '' || this.isSaving()) return;
    this.isSaving.set(true);
    // Another click must not lose a token that is being created.
    this.dialog.disableClose = true;
    try {
      const body = {
        organization_id: this.chosen(),
        name: this.name().trim(),
        expires_at: new Date(this.clock.nowMs() + this.hours() * HOUR_MS).toISOString(),
        ...(uses === undefined ? {} : { max_uses: uses }),
      };
      this.made.set(await this.api.call(API.createEnrolmentToken, { body }));
    } catch (error) {
      this.failure.set(toRequestFailure(error));
      this.dialog.disableClose = false;
    } finally {
      this.isSaving.set(false);
    }
  }
}
