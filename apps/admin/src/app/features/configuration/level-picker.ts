import { Component, computed, inject, input, signal } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { PAGE_SIZE_MAX } from '@moolai/contracts';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { Choice } from '../../ui/choice';
import { CONFIGURATION_TEXTS } from './configuration.texts';
import type { LevelRef } from './level';

const FOUND_AT_MOST = 20;

/** Navigates between levels. */
@Component({
  selector: 'mc-level-picker',
  imports: [Choice, RouterLink],
  template: `
    <nav class="mc-segments" [aria-label]="texts.level">
      <a routerLink="/configuration" [attr.aria-current]="level().kind === 'fleet' ? 'page' : null">{{
        texts.wholeFleet
      }}</a>
    </nav>
    <mc-choice
      [label]="texts.anOrganization"
      [options]="organizations()"
      [value]="level().kind === 'organization' ? level().id : ''"
      (picks)="go('organizations', $event)"
    />
    <input
      #words
      class="mc-input"
      type="search"
      list="orchestrators-to-configure"
      data-page-search
      [placeholder]="texts.anOrchestrator"
      [aria-label]="texts.orchestratorToConfigure"
      autocomplete="off"
      [class.chosen]="level().kind === 'orchestrator'"
      [value]="level().kind === 'orchestrator' ? level().id : ''"
      (input)="typed(words.value)"
      (change)="go('orchestrators', words.value.trim() || null)"
    />
    <datalist id="orchestrators-to-configure">
      @for (one of orchestrators(); track one.orchestrator_id) {
        <option [value]="one.orchestrator_id">{{ one.name }}</option>
      }
    </datalist>
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 8px;
    }
    input {
      width: 210px;
    }
    .chosen {
      border-color: var(--mc-accent);
      color: var(--mc-accent-ink);
      background-color: var(--mc-accent-wash);
    }
    @media (max-width: 799.98px) {
      input {
        flex: 1 1 130px;
      }
    }
  `,
})
export class LevelPicker {
  protected readonly texts = CONFIGURATION_TEXTS.levelPicker;

  private readonly router = inject(Router);

  readonly level = input.required<LevelRef>();

  private readonly words = signal<string | null>(null);
  private readonly organizationList = apiResource(API.listOrganizations, () => ({
    query: { page_size: PAGE_SIZE_MAX, sort: 'organization_id' },
  }));
  private readonly found = apiResource(
    API.listOrchestrators,
    () => {
      const search = this.words();
      return search === null ? undefined : { query: { search, page_size: FOUND_AT_MOST } };
    },
    { keepsOld: true },
  );
  protected readonly organizations = computed(() =>
    (this.organizationList.value()?.items ?? []).map(({ organization_id: value, name }) => ({
      value,
      label: name === value ? value : `${name} (${value})`,
    })),
  );
  protected readonly orchestrators = computed(() => this.found.value()?.items ?? []);

  protected typed(words: string): void {
    const search = words.trim();
    this.words.set(search === '' ? null : search);
  }

  protected go(kind: 'organizations' | 'orchestrators', id: string | null): void {
    void this.router.navigate(id === null ? ['/configuration'] : ['/configuration', kind, id]);
  }
}
