import { Component, inject, model } from '@angular/core';
import type { FormValueControl } from '@angular/forms/signals';
import type { Lease } from '../core/fleet/independence.store';
import { ServerClock } from '../core/time/server-clock';
import { UI_TEXTS } from './ui.texts';

const TEXTS = UI_TEXTS.leaseFields;

const ENDS = [
  { label: TEXTS.never, hours: 0 },
  { label: TEXTS.in1Hour, hours: 1 },
  { label: TEXTS.in8Hours, hours: 8 },
  { label: TEXTS.in1Day, hours: 24 },
  { label: TEXTS.in1Week, hours: 168 },
  { label: TEXTS.in30Days, hours: 720 },
] as const;

/** Asks for the reason and end of independence. */
@Component({
  selector: 'mc-lease-fields',
  template: `
    <div class="mc-field">
      <label for="lease-reason">{{ texts.reason }}</label>
      <input
        #reason
        id="lease-reason"
        class="mc-input"
        type="text"
        maxlength="200"
        autocomplete="off"
        [placeholder]="texts.reasonExample"
        aria-describedby="lease-reason-hint"
        [value]="value().reason ?? ''"
        (input)="setReason(reason.value)"
      />
      <span class="hint" id="lease-reason-hint">{{ texts.reasonHint }}</span>
    </div>
    <div class="mc-field">
      <label for="lease-end">{{ texts.ends }}</label>
      <select #end id="lease-end" class="mc-input" (change)="setEnd(end.value)">
        @for (option of ends; track option.hours) {
          <option [value]="option.hours">{{ option.label }}</option>
        }
      </select>
    </div>
  `,
  styles: `
    :host {
      display: grid;
      gap: 14px;
    }
  `,
})
export class LeaseFields implements FormValueControl<Lease> {
  protected readonly texts = TEXTS;

  private readonly clock = inject(ServerClock);

  readonly value = model<Lease>({});

  protected readonly ends = ENDS;

  protected setReason(text: string): void {
    this.value.update(({ expires_at }) => ({
      ...(text.trim() === '' ? {} : { reason: text.trim() }),
      ...(expires_at === undefined ? {} : { expires_at }),
    }));
  }

  protected setEnd(hours: string): void {
    const expiresAt = new Date(this.clock.nowMs() + Number(hours) * 3_600_000).toISOString();
    this.value.update(({ reason }) => ({
      ...(reason === undefined ? {} : { reason }),
      ...(hours === '0' ? {} : { expires_at: expiresAt }),
    }));
  }
}
