import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { injectAddress, oneOf } from '../../core/address';
import { callResource } from '../../core/http/api-resource';
import { Dialogs } from '../../ui/dialogs';
import { DiffView } from '../../ui/editor/diff-view';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { LoadStateView } from '../../ui/load-state';
import { Moment } from '../../ui/moment';
import { Pager } from '../../ui/pager';
import { CONFIGURATION_TEXTS } from './configuration.texts';
import { LevelSource, type HistoryEntry } from './level-source';
import { LevelStore } from './level.store';

const TEXTS = CONFIGURATION_TEXTS.historyPanel;

const WORDS = { fleet: TEXTS.revision, organization: TEXTS.revision, orchestrator: TEXTS.version } as const;
const OTHERS = { fleet: TEXTS.theFleet, organization: TEXTS.itsOrganization, orchestrator: null } as const;

/** The history of a level; each state can be compared and restored. */
@Component({
  selector: 'mc-history-panel',
  imports: [DiffView, EmptyState, Icon, LoadStateView, MatButton, Moment, Pager],
  templateUrl: './history.panel.html',
  styleUrl: './history.panel.scss',
})
export class HistoryPanel {
  protected readonly texts = TEXTS;

  private readonly dialogs = inject(Dialogs);
  private readonly source = inject(LevelSource);
  private readonly address = injectAddress();

  protected readonly store = inject(LevelStore);
  protected readonly word = computed(() => WORDS[this.store.level().kind]);
  protected readonly chosen = computed(() => Number(this.address.params()['entry'] ?? 0));
  protected readonly against = computed(
    () => oneOf(['before', 'now'] as const, this.address.params()['against']) ?? 'before',
  );
  protected readonly entries = computed(() =>
    (this.store.history.value()?.items ?? []).map((entry) => ({
      entry,
      otherLevel: entry.level === null ? null : OTHERS[entry.level],
    })),
  );
  /** The number of the current state. */
  protected readonly newest = computed(() => {
    const page = this.store.history.value();
    return page?.page === 1 ? (page.items[0]?.number ?? 0) : null;
  });
  private readonly compared = computed(() => {
    const entry = this.entries().find((one) => one.entry.number === this.chosen())?.entry;
    return entry && this.against() === 'now' ? { level: this.store.level(), entry } : undefined;
  });
  protected readonly comparison = callResource(
    () => this.compared(),
    async ({ level, entry }) => {
      const newest = this.newest() ?? (await this.source.history(level, 1)).items[0]?.number ?? entry.number;
      return this.source.againstNow(level, entry, newest);
    },
  );

  protected goToPage(page: number): void {
    this.address.change({ page, entry: null, against: null });
  }

  protected choose(entry: HistoryEntry): void {
    this.address.change({ entry: this.chosen() === entry.number ? null : entry.number, against: null });
  }

  protected compare(against: 'before' | 'now'): void {
    this.address.change({ against: against === 'before' ? null : against });
  }

  protected async rollBack(entry: HistoryEntry): Promise<void> {
    const comment = await this.dialogs.open<string>(
      () => import('./roll-back.dialog').then((m) => m.RollBackDialog),
      { data: { level: this.store.level(), entry }, width: '640px' },
    );
    if (comment === undefined) return;
    const isDone = await this.store.rollBack(entry.number, comment);
    this.address.change(isDone ? { view: null, entry: null, against: null, page: null } : { view: null });
  }
}
