import {
  Component,
  computed,
  DestroyRef,
  effect,
  inject,
  linkedSignal,
  signal,
  untracked,
} from '@angular/core';
import { MatDialogRef } from '@angular/material/dialog';
import { Router } from '@angular/router';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { Jumps } from '../../core/keys/jumps';
import { Icon } from '../../ui/icon';
import { SHELL_TEXTS } from '../shell.texts';
import { fleetItems, matchingPages, type PaletteItem } from './palette-results';

const PAUSE_MS = 150;
const FOUND_AT_MOST = 6;

/** Opens any page, organization or orchestrator by a few letters. */
@Component({
  selector: 'mc-palette',
  imports: [Icon],
  templateUrl: './palette.html',
  styleUrl: './palette.scss',
})
export class Palette {
  protected readonly texts = SHELL_TEXTS.palette;
  protected readonly groups = SHELL_TEXTS.paletteGroups;

  private readonly router = inject(Router);
  private readonly dialog = inject<MatDialogRef<Palette>>(MatDialogRef);
  private readonly pages = inject(Jumps).all;
  private timer: ReturnType<typeof setTimeout> | undefined;

  protected readonly words = signal('');
  /** The searched text, a moment after the last letter. */
  private readonly asked = signal('');
  private readonly organizations = apiResource(API.listOrganizations, () => this.query());
  private readonly orchestrators = apiResource(API.listOrchestrators, () => this.query());

  protected readonly items = computed<readonly PaletteItem[]>(() => [
    ...matchingPages(this.words(), this.pages()),
    // A failed search leaves the results of an earlier text.
    ...(this.failure()
      ? []
      : fleetItems(this.organizations.value()?.items ?? [], this.orchestrators.value()?.items ?? [])),
  ]);
  protected readonly isSearching = computed(
    () => this.words() !== this.asked() || this.organizations.isLoading() || this.orchestrators.isLoading(),
  );
  protected readonly failure = computed(() => this.organizations.failure() ?? this.orchestrators.failure());
  protected readonly chosen = linkedSignal({ source: this.items, computation: () => 0 });
  /** Enter was pressed during the search: open its first result when it arrives. */
  private readonly opensFirst = signal(false);
  /** An arrow key chose one of the displayed results, of whichever text. */
  private hasChosen = false;

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.timer));
    effect(() => {
      if (!this.opensFirst() || this.isSearching()) return;
      this.opensFirst.set(false);
      untracked(() => this.go(this.items()[0]));
    });
  }

  protected typed(words: string): void {
    if (words.trim() === this.words()) return;
    this.words.set(words.trim());
    this.opensFirst.set(false);
    this.hasChosen = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.asked.set(this.words()), PAUSE_MS);
  }

  protected onKey(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown') this.choose(1);
    else if (event.key === 'ArrowUp') this.choose(-1);
    else if (event.key === 'Enter') this.open();
    else return;
    event.preventDefault();
    document.getElementById(`palette-${this.chosen()}`)?.scrollIntoView({ block: 'nearest' });
  }

  protected go(item: PaletteItem | undefined): void {
    if (!item) return;
    this.dialog.close();
    void this.router.navigate([...item.commands], { queryParams: item.query });
  }

  private choose(step: 1 | -1): void {
    const count = this.items().length;
    this.opensFirst.set(false);
    this.hasChosen = true;
    this.chosen.update((index) => (index + step + count) % Math.max(1, count));
  }

  /** Results displayed during a search may belong to an earlier text. */
  private open(): void {
    if (this.hasChosen || !this.isSearching()) {
      this.go(this.items()[this.chosen()]);
      return;
    }
    clearTimeout(this.timer);
    this.asked.set(this.words());
    this.opensFirst.set(true);
  }

  private query(): { query: { search: string; page_size: number } } | undefined {
    const search = this.asked();
    return search === '' ? undefined : { query: { search, page_size: FOUND_AT_MOST } };
  }
}
