import { Component, inject, model } from '@angular/core';
import type { FormValueControl } from '@angular/forms/signals';
import type { Lease } from '../core/fleet/independence.store';
import { ServerClock } from '../core/time/server-clock';

const ENDS = [
  { label: 'Never', hours: 0 },
  { label: 'In 1 hour', hours: 1 },
  { label: 'In 8 hours', hours: 8 },
  { label: 'In 1 day', hours: 24 },
  { label: 'In 1 week', hours: 168 },
  { label: 'In 30 days', hours: 720 },
] as const;

/** Asks for the reason and end of independence. */
@Component({
  selector: 'mc-lease-fields',
  template: `
    <div class="mc-field">
      <label for="lease-reason">Reason</label>
      <input
        #reason
        id="lease-reason"
        class="mc-input"
        type="text"
        maxlength="200"
        autocomplete="off"
        placeholder="For example: rack maintenance"
        aria-describedby="lease-reason-hint"
        [value]="value().reason ?? ''"
        (input)="setReason(reason.value)"
      />
      <span class="hint" id="lease-reason-hint">Shown in the history.</span>
    </div>
    <div class="mc-field">
      <label for="lease-end">Ends</label>
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
