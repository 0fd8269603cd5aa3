import { Component, computed, inject, signal } from '@angular/core';
import { form, FormField, validate } from '@angular/forms/signals';
import { type AuditVerification, type AuditVerifyQuery } from '@moolai/contracts';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { CopyButton } from '../../ui/copy-button';
import { FormDialog } from '../../ui/form-dialog';
import { Icon } from '../../ui/icon';
import { AUDIT_TEXTS } from './audit.texts';

const HEAD = /^(\d{1,12}):([0-9a-f]{64})$/;

/** Verifies the audit chain, optionally against a head noted earlier. */
@Component({
  selector: 'mc-verify-dialog',
  imports: [CopyButton, FormDialog, FormField, Icon],
  template: `
    <mc-form-dialog
      [of]="form"
      [heading]="texts.heading"
      [label]="texts.verify"
      [busyLabel]="texts.verifying"
      [cancelLabel]="texts.close"
      [action]="check"
      [isGuarded]="false"
      needsValid
      staysOpen
    >
      <p class="mc-muted">{{ texts.description }}</p>
      <div class="mc-field">
        <label for="verify-head">{{ texts.earlierEnd }}</label>
        <input
          id="verify-head"
          class="mc-input mc-mono"
          type="text"
          autocomplete="off"
          spellcheck="false"
          [placeholder]="texts.endExample"
          aria-describedby="verify-hint"
          [attr.aria-invalid]="form.head().invalid()"
          [formField]="form.head"
        />
        <span class="hint" id="verify-hint">{{ texts.earlierEndHint }}</span>
        @if (form.head().invalid()) {
          <span class="problem">{{ texts.endInvalid }}</span>
        }
      </div>
      @if (result(); as found) {
        <section class="result" role="status" [attr.data-tone]="found.ok ? 'good' : 'bad'">
          <mc-icon [name]="found.ok ? 'check' : 'problem'" />
          <div>
            @if (found.broken; as broken) {
              <strong>{{ texts.brokenAt(broken.position) }}</strong>
              <p>{{ broken.detail }}</p>
              <p>{{ texts.intactBefore(found.count) }}</p>
            } @else {
              <strong>{{ texts.intact(found.count) }}</strong>
            }
          </div>
        </section>
        @if (end(); as text) {
          <div class="mc-field">
            <span class="label">{{ texts.currentEnd }}</span>
            <div class="end">
              <code>{{ text }}</code>
              <mc-copy-button [text]="text" [label]="texts.copyTheEnd" />
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
  protected readonly texts = AUDIT_TEXTS.verifyDialog;

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
