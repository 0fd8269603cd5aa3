import { Component, computed, inject, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { ConfigLevel, ExplainedValue } from '@moolai/contracts';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { keysOfPointer } from '../../ui/editor/json-text';
import { EmptyState } from '../../ui/empty-state';
import { LoadStateView } from '../../ui/load-state';
import { Moment } from '../../ui/moment';
import { SearchBox } from '../../ui/search-box';
import { CONFIGURATION_TEXTS } from './configuration.texts';
import { LevelStore } from './level.store';

const TEXTS = CONFIGURATION_TEXTS.effectivePanel;

const LEVEL_NAMES: Readonly<Record<ConfigLevel, string>> = {
  built_in: TEXTS.builtIn,
  fleet: TEXTS.wholeFleet,
  organization: TEXTS.organization,
  orchestrator: TEXTS.orchestrator,
};
const TONES = { built_in: 'calm', fleet: 'own', organization: 'warn', orchestrator: 'good' } as const;

function linkOf({ level, level_id: id }: ExplainedValue): string[] | null {
  if (level === 'fleet') return ['/configuration'];
  return level === 'organization' && id !== null ? ['/configuration', 'organizations', id] : null;
}

/** Every effective value of an orchestrator, with its level. */
@Component({
  selector: 'mc-effective-panel',
  imports: [EmptyState, LoadStateView, Moment, RouterLink, SearchBox],
  template: `
    <mc-search-box
      [label]="texts.searchValues"
      [placeholder]="texts.searchNamesValues"
      [value]="words()"
      (wordsChange)="words.set($event)"
    />
    <mc-load-state [of]="explanation" />
    @if (explanation.value()) {
      @if (rows().length > 0) {
        <table class="mc-table" role="table" [aria-label]="texts.effectiveValues">
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader" scope="col">{{ texts.value }}</th>
              <th role="columnheader" scope="col">{{ texts.source }}</th>
              <th role="columnheader" scope="col">{{ texts.setBy }}</th>
              <th role="columnheader" scope="col">{{ texts.set }}</th>
            </tr>
          </thead>
          <tbody role="rowgroup">
            @for (row of rows(); track row.name) {
              <tr role="row">
                <td role="cell" data-wide>
                  <span class="mc-mono name">{{ row.name }}</span>
                  <code class="value">{{ row.value }}</code>
                </td>
                <td role="cell" [attr.data-label]="texts.source">
                  <span>
                    @if (row.link; as link) {
                      <a class="mc-chip" [routerLink]="link" [attr.data-tone]="row.tone">{{ row.level }}</a>
                    } @else {
                      <span class="mc-chip" [attr.data-tone]="row.tone">{{ row.level }}</span>
                    }
                    @if (row.one.revision !== null) {
                      <span class="mc-muted mc-figures"> {{ texts.revisionNumber(row.one.revision) }}</span>
                    }
                  </span>
                </td>
                <td role="cell" [attr.data-label]="texts.setBy">{{ row.one.set_by ?? '–' }}</td>
                <td role="cell" [attr.data-label]="texts.set">
                  @if (row.one.set_at; as at) {
                    <mc-moment [value]="at" />
                  } @else {
                    –
                  }
                </td>
              </tr>
            }
          </tbody>
        </table>
      } @else {
        <mc-empty-state [heading]="texts.noMatch" icon="search">
          {{ texts.noMatchHint(words()) }}
        </mc-empty-state>
      }
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: 12px;
    }
    mc-load-state:empty {
      display: none;
    }
    .name {
      display: block;
      color: var(--mc-muted);
    }
    .value {
      overflow-wrap: anywhere;
    }
    .mc-chip {
      color: var(--mc-status-ink);
      background: var(--mc-status-wash);
    }
  `,
})
export class EffectivePanel {
  protected readonly texts = TEXTS;

  private readonly level = inject(LevelStore).level;

  protected readonly words = signal('');
  protected readonly explanation = apiResource(
    API.explainOrchestratorConfig,
    () => (this.level().kind === 'orchestrator' ? { path: { id: this.level().id } } : undefined),
    { reloadOn: ({ type }) => type === 'config.changed' },
  );
  protected readonly rows = computed(() => {
    const words = this.words().toLowerCase();
    return (this.explanation.value()?.values ?? [])
      .map((one) => ({
        one,
        name: keysOfPointer(one.path).join('.'),
        value: JSON.stringify(one.value),
        level: LEVEL_NAMES[one.level],
        tone: TONES[one.level],
        link: linkOf(one),
      }))
      .filter(({ name, value }) => `${name} ${value}`.toLowerCase().includes(words));
  });
}
