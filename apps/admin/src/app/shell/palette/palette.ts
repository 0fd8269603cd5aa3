import { Component, computed, DestroyRef, inject, linkedSignal, signal } from '@angular/core';
import { MatDialogRef } from '@angular/material/dialog';
import { Router } from '@angular/router';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { Jumps } from '../../core/keys/jumps';
import { Icon } from '../../ui/icon';
import { fleetItems, matchingPages, type PaletteItem } from './palette-results';

const PAUSE_MS = 150;
const FOUND_AT_MOST = 6;

/** Leads to any page, organization or orchestrator by a few letters. */
@Component({
  selector: 'mc-palette',
  imports: [Icon],
  templateUrl: './palette.html',
  styleUrl: './palette.scss',
})
export class Palette {
  private readonly router = inject(Router);
  private readonly dialog = inject<MatDialogRef<Palette>>(MatDialogRef);
  private readonly pages = inject(Jumps).all;
  private timer: ReturnType<typeof setTimeout> | undefined;

  protected readonly words = signal('');
  /** What is asked for: the words, a moment after the last letter. */
  private readonly asked = signal('');
  private readonly organizations = apiResource(API.organizations, () => this.query());
  private readonly orchestrators = apiResource(API.orchestrators, () => this.query());

  protected readonly items = computed<readonly PaletteItem[]>(() => [
    ...matchingPages(this.words(), this.pages()),
    ...fleetItems(this.organizations.value()?.items ?? [], this.orchestrators.value()?.items ?? []),
  ]);
  protected readonly isSearching = computed(
    () => this.words() !== this.asked() || this.organizations.isLoading() || this.orchestrators.isLoading(),
  );
  protected readonly failure = computed(() => this.organizations.failure() ?? this.orchestrators.failure());
  protected readonly chosen = linkedSignal({ source: this.items, computation: () => 0 });

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.timer));
  }

  protected typed(words: string): void {
    this.words.set(words.trim());
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.asked.set(this.words()), PAUSE_MS);
  }

  protected onKey(event: KeyboardEvent): void {
    const count = this.items().length;
    if (event.key === 'ArrowDown') this.chosen.update((index) => (index + 1) % Math.max(1, count));
    else if (event.key === 'ArrowUp') this.chosen.update((index) => (index - 1 + count) % Math.max(1, count));
    else if (event.key === 'Enter') this.go(this.items()[this.chosen()]);
    else return;
    event.preventDefault();
    document.getElementById(`palette-${this.chosen()}`)?.scrollIntoView({ block: 'nearest' });
  }

  protected go(item: PaletteItem | undefined): void {
    if (!item) return;
    this.dialog.close();
    void this.router.navigate([...item.commands], { queryParams: item.query });
  }

  private query(): { query: { search: string; page_size: number } } | undefined {
    const search = this.asked();
    return search === '' ? undefined : { query: { search, page_size: FOUND_AT_MOST } };
  }
}
