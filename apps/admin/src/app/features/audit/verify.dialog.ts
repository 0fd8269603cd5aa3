import { DecimalPipe } from '@angular/common';
import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialogActions, MatDialogClose, MatDialogContent, MatDialogTitle } from '@angular/material/dialog';
import { type AuditVerification, type AuditVerifyQuery } from '@moolai/contracts';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { toRequestFailure, type RequestFailure } from '../../core/http/request-failure';
import { CopyButton } from '../../ui/copy-button';
import { ErrorPanel } from '../../ui/error-panel';
import { Icon } from '../../ui/icon';

const HEAD = /^(\d{1,12}):([0-9a-f]{64})$/;

/** Verifies the audit chain, optionally against a head noted earlier. */
@Component({
  selector: 'mc-verify-dialog',
  imports: [
    CopyButton,
    DecimalPipe,
    ErrorPanel,
    Icon,
    MatButton,
    MatDialogActions,
    MatDialogClose,
    MatDialogContent,
    MatDialogTitle,
  ],
  template: `
    <h2 mat-dialog-title>Verify the chain</h2>
    <mat-dialog-content>
      <p class="mc-muted">
        Each entry contains the hash of the previous entry. The controller recomputes all hashes to find
        changed or missing entries.
      </p>
      <div class="mc-field">
        <label for="verify-head">A previously noted end</label>
        <input
          #words
          id="verify-head"
          class="mc-input mc-mono"
          type="text"
          autocomplete="off"
          spellcheck="false"
          placeholder="position:hash"
          aria-describedby="verify-hint"
          [attr.aria-invalid]="isWrong()"
          [value]="head()"
          (input)="head.set(words.value.trim())"
        />
        <span class="hint" id="verify-hint"
          >Optional. Also detects entries that were removed from the end.</span
        >
        @if (isWrong()) {
          <span class="problem">Enter a position, a colon and a hash.</span>
        }
      </div>
      @if (problem(); as failure) {
        <mc-error-panel [failure]="failure" (retry)="check()" />
      }
      @if (result(); as found) {
        <section class="result" role="status" [attr.data-tone]="found.ok ? 'good' : 'bad'">
          <mc-icon [name]="found.ok ? 'check' : 'problem'" />
          <div>
            @if (found.broken; as broken) {
              <strong>The chain is broken at position {{ broken.position | number }}.</strong>
              <p>{{ broken.detail }}</p>
              <p>{{ found.count | number }} entries before it are intact.</p>
            } @else {
              <strong>The chain is intact: {{ found.count | number }} entries.</strong>
            }
          </div>
        </section>
        @if (end(); as text) {
          <div class="mc-field">
            <span class="label">Current end. Keep a copy outside the controller.</span>
            <div class="end">
              <code>{{ text }}</code>
              <mc-copy-button [text]="text" label="Copy the end" />
            </div>
          </div>
        }
      }
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      <button matButton type="button" mat-dialog-close>Close</button>
      <button matButton="filled" type="button" [disabled]="isBusy() || isWrong()" (click)="check()">
        {{ isBusy() ? 'Verifying…' : 'Verify' }}
      </button>
    </mat-dialog-actions>
  `,
  styles: `
    mat-dialog-content {
      display: grid;
      gap: 14px;
    }
    .result {
      display: flex;
      gap: 12px;
      padding: 12px 14px;
      border-radius: 8px;
      color: var(--mc-status-ink);
      background: var(--mc-status-wash);
    }
    .result mc-icon {
      flex: none;
      width: 20px;
      height: 20px;
    }
    .end {
      display: flex;
      align-items: flex-start;
      gap: 8px;
      overflow-wrap: anywhere;
    }
  `,
})
export class VerifyDialog {
  private readonly api = inject(ApiClient);

  protected readonly head = signal('');
  protected readonly isBusy = signal(false);
  protected readonly result = signal<AuditVerification | null>(null);
  protected readonly problem = signal<RequestFailure | null>(null);
  protected readonly isWrong = computed(() => this.head() !== '' && !HEAD.test(this.head()));
  protected readonly end = computed(() => {
    const head = this.result()?.head;
    return head ? `${head.position}:${head.hash}` : null;
  });

  protected async check(): Promise<void> {
    const [, position, hash] = HEAD.exec(this.head()) ?? [];
    const query: AuditVerifyQuery = position && hash ? { position: Number(position), hash } : {};
    this.isBusy.set(true);
    this.problem.set(null);
    this.result.set(null);
    try {
      this.result.set(await this.api.call(API.verifyAudit, { query }));
    } catch (error) {
      this.problem.set(toRequestFailure(error));
    } finally {
      this.isBusy.set(false);
    }
  }
}
