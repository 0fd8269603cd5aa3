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
import type { Organization } from '@moolai/contracts';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { sentenceFor } from '../../core/http/error-sentences';
import { toRequestFailure, type RequestFailure } from '../../core/http/request-failure';
import { FailureNote } from '../../ui/failure-note';

/** Asks for the id before an organization is deactivated: every connection of it is closed. */
@Component({
  selector: 'mc-deactivate-dialog',
  imports: [
    DecimalPipe,
    FailureNote,
    MatButton,
    MatDialogActions,
    MatDialogClose,
    MatDialogContent,
    MatDialogTitle,
  ],
  template: `
    <h2 mat-dialog-title>Deactivate {{ id }}</h2>
    <mat-dialog-content>
      <div class="ask">
        <p class="mc-muted">
          The connections of its {{ organization.orchestrator_count | number }} orchestrators are closed, and
          none of them may register until it is active again. Nothing is deleted.
        </p>
        <div class="mc-field">
          <label for="deactivate-id">Type {{ id }} to confirm</label>
          <input
            #box
            id="deactivate-id"
            class="mc-input"
            type="text"
            autocomplete="off"
            spellcheck="false"
            [value]="typed()"
            (input)="typed.set(box.value)"
            (keydown.enter)="save()"
          />
        </div>
        <div role="alert">
          @if (failure(); as refused) {
            <strong>{{ titleOf(refused) }}.</strong> <mc-failure-note [failure]="refused" />
          }
        </div>
      </div>
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      <button matButton type="button" mat-dialog-close>Cancel</button>
      <button matButton="filled" type="button" [disabled]="!isConfirmed() || isSaving()" (click)="save()">
        Deactivate
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
export class DeactivateDialog {
  private readonly api = inject(ApiClient);
  private readonly dialog = inject<MatDialogRef<DeactivateDialog, boolean>>(MatDialogRef);

  protected readonly organization = inject<Organization>(MAT_DIALOG_DATA);
  protected readonly id = this.organization.organization_id;
  protected readonly typed = signal('');
  protected readonly isSaving = signal(false);
  protected readonly failure = signal<RequestFailure | null>(null);
  protected readonly isConfirmed = computed(() => this.typed().trim() === this.id);

  protected titleOf(failure: RequestFailure): string {
    return sentenceFor(failure).title;
  }

  protected async save(): Promise<void> {
    if (!this.isConfirmed()) return;
    this.failure.set(null);
    this.isSaving.set(true);
    try {
      await this.api.call(API.deactivateOrganization, { path: { id: this.id } });
      this.dialog.close(true);
    } catch (error) {
      this.failure.set(toRequestFailure(error));
    } finally {
      this.isSaving.set(false);
    }
  }
}
