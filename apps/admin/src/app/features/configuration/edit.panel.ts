import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { sentenceFor } from '../../core/http/error-sentences';
import { DiffView } from '../../ui/editor/diff-view';
import { JsonEditor } from '../../ui/editor/json-editor';
import { FailureNote } from '../../ui/failure-note';
import { Icon } from '../../ui/icon';
import { CONFIGURATION_TEXTS } from './configuration.texts';
import { LevelStore } from './level.store';

const TEXTS = CONFIGURATION_TEXTS.editPanel;

const LABELS = {
  fleet: TEXTS.fleetLabel,
  organization: TEXTS.organizationLabel,
  orchestrator: TEXTS.orchestratorLabel,
} as const;

/** Edits and saves the content of a level, without overwriting the changes of others. */
@Component({
  selector: 'mc-edit-panel',
  imports: [DiffView, FailureNote, Icon, JsonEditor, MatButton],
  templateUrl: './edit.panel.html',
  styleUrl: './edit.panel.scss',
  host: { '(keydown)': 'onKey($event)' },
})
export class EditPanel {
  protected readonly texts = TEXTS;

  protected readonly store = inject(LevelStore);
  protected readonly showsChanges = signal(false);
  /** Places that both changed, after a merge. */
  protected readonly conflicts = signal<readonly string[]>([]);

  protected readonly label = computed(() => LABELS[this.store.level().kind]);
  protected readonly takesComment = computed(() => this.store.level().kind !== 'fleet');
  protected readonly changes = computed(() => {
    const base = this.store.base();
    const parsed = this.store.parsed();
    if (!base || !('value' in parsed) || !this.store.isChanged()) return null;
    return { before: base.content, after: parsed.value };
  });
  protected readonly refusal = computed(() => {
    const state = this.store.saving();
    return state.name === 'refused'
      ? { failure: state.failure, title: sentenceFor(state.failure).title }
      : null;
  });
  protected readonly saved = computed(() => {
    const state = this.store.saving();
    return state.name === 'saved' ? state.outcome : null;
  });
  /** Why the button is disabled. */
  protected readonly hint = computed(() => {
    if (this.store.saving().name === 'saving') return TEXTS.saving;
    if (!this.store.isChanged()) return TEXTS.nothingToSave;
    if (this.store.meanwhile()) return TEXTS.mergeDiscardFirst;
    if ('problem' in this.store.parsed()) return TEXTS.invalidJson;
    return this.store.problems().length > 0 ? TEXTS.schemaMismatch : TEXTS.notSavedYet;
  });

  protected merge(): void {
    this.conflicts.set(this.store.merge());
    this.showsChanges.set(true);
  }

  protected discard(): void {
    this.conflicts.set([]);
    this.showsChanges.set(false);
    this.store.discard();
  }

  protected async save(): Promise<void> {
    await this.store.save();
    if (this.saved()) {
      this.conflicts.set([]);
      this.showsChanges.set(false);
    }
  }

  protected onKey(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 's') return;
    event.preventDefault();
    void this.save();
  }
}
