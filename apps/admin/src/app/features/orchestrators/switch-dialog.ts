import { Component, inject, signal } from '@angular/core';
import { form, FormField } from '@angular/forms/signals';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import type { Lease } from '../../core/fleet/independence.store';
import { FormDialog } from '../../ui/form-dialog';
import { LeaseFields } from '../../ui/lease-fields';
import { ORCHESTRATORS_TEXTS } from './orchestrators.texts';

/** Asks for the reason and end before making an orchestrator independent. Closes with both. */
@Component({
  selector: 'mc-switch-dialog',
  imports: [FormDialog, FormField, LeaseFields],
  template: `
    <mc-form-dialog
      [of]="form"
      [heading]="texts.heading(id)"
      [label]="texts.makeIndependent"
      [action]="answer"
      [isGuarded]="false"
    >
      <p class="mc-muted">{{ texts.meaning }}</p>
      <mc-lease-fields [formField]="form.lease" />
    </mc-form-dialog>
  `,
})
export class SwitchDialog {
  protected readonly texts = ORCHESTRATORS_TEXTS.switchDialog;

  protected readonly id = inject<string>(MAT_DIALOG_DATA);
  private readonly values = signal<{ lease: Lease }>({ lease: {} });
  protected readonly form = form(this.values);

  protected readonly answer = (): Promise<Lease> => Promise.resolve(this.values().lease);
}
