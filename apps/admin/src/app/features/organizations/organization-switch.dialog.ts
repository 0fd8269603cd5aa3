import { DecimalPipe } from '@angular/common';
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
import type { Organization, OrganizationIndependenceResult } from '@moolai/contracts';
import type { Lease } from '../../core/fleet/independence.store';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { sentenceFor } from '../../core/http/error-sentences';
import { toRequestFailure, type RequestFailure } from '../../core/http/request-failure';
import { FailureNote } from '../../ui/failure-note';
import { LeaseFields } from '../../ui/lease-fields';

/** Switches an organization's independence: for orchestrators that register later, and optionally for existing ones. */
@Component({
  selector: 'mc-organization-switch-dialog',
  imports: [
    DecimalPipe,
    FailureNote,
    LeaseFields,
    MatButton,
    MatDialogActions,
    MatDialogClose,
    MatDialogContent,
    MatDialogTitle,
  ],
  template: `
    <h2 mat-dialog-title>Make {{ organization.organization_id }} {{ wanted ? 'independent' : 'managed' }}</h2>
    <mat-dialog-content>
      <div class="ask">
        <p class="mc-muted">
          @if (wanted) {
            Orchestrators that register later in this organization start independent.
          } @else {
            Orchestrators that register later in this organization start managed.
          }
        </p>
        @if (wanted) {
          <mc-lease-fields [(lease)]="lease" />
        }
        <label class="mc-check">
          <input type="checkbox" [checked]="appliesToExisting()" (change)="toggle()" />
          <span>
            Also switch existing orchestrators
            <span class="mc-muted">
              @if (concerned(); as count) {
                ({{ count.text }}: {{ count.number | number }})
              }
            </span>
          </span>
        </label>
        <div role="alert">
          @if (failure(); as refused) {
            <strong>{{ titleOf(refused) }}.</strong> <mc-failure-note [failure]="refused" />
          }
        </div>
      </div>
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      <button matButton type="button" mat-dialog-close>Cancel</button>
      <button matButton="filled" type="button" [disabled]="isSaving()" (click)="save()">
        {{ wanted ? 'Make independent' : 'Make managed' }}
      </button>
    </mat-dialog-actions>
  `,
  styles: `
    .ask {
      display: grid;
      gap: 14px;
    }
    [role='alert'] {
      color: var(--mc-error-ink);
    }
  `,
})
export class OrganizationSwitchDialog {
  private readonly api = inject(ApiClient);
  private readonly dialog =
    inject<MatDialogRef<OrganizationSwitchDialog, OrganizationIndependenceResult>>(MatDialogRef);

  protected readonly organization = inject<Organization>(MAT_DIALOG_DATA);
  protected readonly wanted = !this.organization.is_independent;
  protected readonly lease = signal<Lease>({});
  protected readonly appliesToExisting = signal(false);
  protected readonly isSaving = signal(false);
  protected readonly failure = signal<RequestFailure | null>(null);
  private readonly facets = apiResource(API.orchestratorFacets, () => ({
    query: { organization_id: this.organization.organization_id },
  }));
  /** Estimated number of switched orchestrators. */
  protected readonly concerned = computed(() => {
    const counts = this.facets.value();
    if (!counts) return null;
    const { independent } = counts.statuses;
    return this.wanted
      ? { text: 'currently managed', number: counts.total - independent }
      : { text: 'currently independent; individually switched ones stay independent', number: independent };
  });

  protected toggle(): void {
    this.appliesToExisting.update((applies) => !applies);
  }

  protected titleOf(failure: RequestFailure): string {
    return sentenceFor(failure).title;
  }

  protected async save(): Promise<void> {
    this.failure.set(null);
    this.isSaving.set(true);
    try {
      const body = {
        is_independent: this.wanted,
        apply_to_existing: this.appliesToExisting(),
        ...(this.wanted ? this.lease() : {}),
      };
      const path = { id: this.organization.organization_id };
      this.dialog.close(await this.api.call(API.switchOrganization, { path, body }));
    } catch (error) {
      this.failure.set(toRequestFailure(error));
    } finally {
      this.isSaving.set(false);
    }
  }
}
