import { Component, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import {
  MAT_DIALOG_DATA,
  MatDialogActions,
  MatDialogClose,
  MatDialogContent,
  MatDialogTitle,
} from '@angular/material/dialog';
import type { Lease } from '../../core/fleet/independence.store';
import { LeaseFields } from '../../ui/lease-fields';

/** Asks for the reason and end before making an orchestrator independent. */
@Component({
  selector: 'mc-switch-dialog',
  imports: [LeaseFields, MatButton, MatDialogActions, MatDialogClose, MatDialogContent, MatDialogTitle],
  template: `
    <h2 mat-dialog-title>Make {{ id }} independent</h2>
    <mat-dialog-content>
      <p>
        Its heartbeats are ignored and its last seen is frozen. Messages and configuration still reach it.
      </p>
      <mc-lease-fields [(lease)]="lease" />
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      <button matButton type="button" mat-dialog-close>Cancel</button>
      <button matButton="filled" type="button" [mat-dialog-close]="lease()">Make independent</button>
    </mat-dialog-actions>
  `,
  styles: `
    p {
      margin-bottom: 14px;
      color: var(--mc-muted);
    }
  `,
})
export class SwitchDialog {
  protected readonly id = inject<string>(MAT_DIALOG_DATA);
  protected readonly lease = signal<Lease>({});
}
