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
import { LevelStore } from './level.store';

const LEVEL_NAMES: Readonly<Record<ConfigLevel, string>> = {
  built_in: 'Built in',
  fleet: 'Whole fleet',
  organization: 'Organization',
  orchestrator: 'Orchestrator',
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
      label="Search values"
      placeholder="Search names and values"
      [value]="words()"
      (wordsChange)="words.set($event)"
    />
    <mc-load-state [of]="explanation" />
    @if (explanation.value()) {
      @if (rows().length > 0) {
        <table class="mc-table" role="table" aria-label="Effective values">
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader" scope="col">Value</th>
              <th role="columnheader" scope="col">Source</th>
              <th role="columnheader" scope="col">Set by</th>
              <th role="columnheader" scope="col">Set</th>
            </tr>
          </thead>
          <tbody role="rowgroup">
            @for (row of rows(); track row.name) {
              <tr role="row">
                <td role="cell" data-wide>
                  <span class="mc-mono name">{{ row.name }}</span>
                  <code class="value">{{ row.value }}</code>
                </td>
                <td role="cell" data-label="Source">
                  <span>
                    @if (row.link; as link) {
                      <a class="mc-chip" [routerLink]="link" [attr.data-tone]="row.tone">{{ row.level }}</a>
                    } @else {
                      <span class="mc-chip" [attr.data-tone]="row.tone">{{ row.level }}</span>
                    }
                    @if (row.one.revision !== null) {
                      <span class="mc-muted mc-figures"> rev. {{ row.one.revision }}</span>
                    }
                  </span>
                </td>
                <td role="cell" data-label="Set by">{{ row.one.set_by ?? '–' }}</td>
                <td role="cell" data-label="Set">
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
        <mc-empty-state heading="No matching values" icon="search">
          No name or value contains “{{ words() }}”.
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
  private readonly level = inject(LevelStore).level;

  protected readonly words = signal('');
  protected readonly explanation = apiResource(
    API.configExplanation,
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
