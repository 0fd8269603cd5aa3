import { Component, computed, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatSlideToggle, type MatSlideToggleChange } from '@angular/material/slide-toggle';
import { sentenceFor } from '../../core/http/error-sentences';
import { FailureNote } from '../../ui/failure-note';
import { Moment } from '../../ui/moment';
import { StatusBadge } from '../../ui/status-badge';
import type { OrchestratorCardView } from './organization-groups';

/** One orchestrator: who it is, how it is, when it was seen, and the switch of its independence. */
@Component({
  selector: 'mc-orchestrator-card',
  imports: [FailureNote, MatButton, MatSlideToggle, Moment, StatusBadge],
  templateUrl: './orchestrator-card.html',
  styleUrl: './orchestrator-card.scss',
  host: { '[attr.data-status]': 'one().status' },
})
export class OrchestratorCard {
  readonly view = input.required<OrchestratorCardView>();
  /** Asks for independence on or off. */
  readonly switchTo = output<boolean>();
  readonly dismissFailure = output();

  protected readonly one = computed(() => this.view().orchestrator);
  protected readonly isSwitching = computed(() => this.view().switch?.name === 'under-way');
  protected readonly problem = computed(() => {
    const change = this.view().switch;
    if (change?.name !== 'failed') return null;
    const { failure, isIndependent } = change;
    return {
      text: `Independence could not be switched ${isIndependent ? 'on' : 'off'}: ${sentenceFor(failure).title}.`,
      failure,
    };
  });

  protected toggled(change: MatSlideToggleChange): void {
    this.switchTo.emit(change.checked);
    // The store decides what is shown. Material has already moved its own switch, and a refusal that comes
    // before the next drawing would leave it there, because the bound value never changed.
    change.source.checked = this.one().is_independent;
  }
}
