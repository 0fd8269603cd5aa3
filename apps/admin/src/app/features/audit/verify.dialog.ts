import { DecimalPipe } from '@angular/common';
import { Component, computed, inject, signal } from '@angular/core';
import { form, FormField, validate } from '@angular/forms/signals';
import { type AuditVerification, type AuditVerifyQuery } from '@moolai/contracts';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { CopyButton } from '../../ui/copy-button';
import { FormDialog } from '../../ui/form-dialog';
import { Icon } from '../../ui/icon';

const HEAD = /^(\d{1,12}):([0-9a-f]{64})$/;

/** Verifies the audit chain, optionally against a head noted earlier. */
@Component({
  selector: 'mc-verify-dialog',
  imports: [CopyButton, DecimalPipe, FormDialog, FormField, Icon],
  template: `
    <mc-form-dialog
      [of]="form"
      heading="Verify the chain"
      label="Verify"
      busyLabel="Verifying…"
      cancelLabel="Close"
      [action]="check"
      [isGuarded]="false"
      needsValid
      staysOpen
    >
      <p class="mc-muted">
        Each entry contains the hash of the previous entry. The controller recomputes all hashes to find
        changed or missing entries.
      </p>
      <div class="mc-field">
        <label for="verify-head">A previously noted end</label>
        <input
          id="verify-head"
          class="mc-input mc-mono"
          type="text"
          autocomplete="off"
          spellcheck="false"
          placeholder="position:hash"
          aria-describedby="verify-hint"
          [attr.aria-invalid]="form.head().invalid()"
          [formField]="form.head"
        />
        <span class="hint" id="verify-hint"
          >Optional. Also detects entries that were removed from the end.</span
        >
        @if (form.head().invalid()) {
          <span class="problem">Enter a position, a colon and a hash.</span>
        }
      </div>
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
    </mc-form-dialog>
  `,
  styles: `
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

  private readonly values = signal({ head: '' });
  protected readonly form = form(this.values, (path) => {
    validate(path.head, ({ value }) => {
      const head = value().trim();
      return head === '' || HEAD.test(head) ? undefined : { kind: 'head' };
    });
  });
  protected readonly result = signal<AuditVerification | null>(null);
  protected readonly end = computed(() => {
    const head = this.result()?.head;
    return head ? `${head.position}:${head.hash}` : null;
  });

  protected readonly check = async (): Promise<void> => {
    const [, position, hash] = HEAD.exec(this.values().head.trim()) ?? [];
    const query: AuditVerifyQuery = position && hash ? { position: Number(position), hash } : {};
    this.result.set(null);
    this.result.set(await this.api.call(API.verifyAudit, { query }));
  };
}
