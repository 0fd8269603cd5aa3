import { Component, computed, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { FleetEvent } from '@moolai/contracts';
import { lookOf } from './event-looks';
import { Icon } from './icon';
import { Moment } from './moment';
import { UI_TEXTS } from './ui.texts';

/** The actor is only shown if it is neither the orchestrator nor the controller itself. */
const UNNAMED = new Set(['orchestrator', 'system']);

/** Events, newest first. */
@Component({
  selector: 'mc-activity-list',
  imports: [Icon, Moment, RouterLink],
  template: `
    <ol [attr.aria-label]="label()">
      @for (line of lines(); track line.event.id) {
        <li>
          <span class="disc" [attr.data-tone]="line.look.tone" [title]="line.look.label">
            <mc-icon [name]="line.look.icon" />
            <span class="mc-visually-hidden">{{ line.look.label }}:</span>
          </span>
          <div class="words">
            <span>{{ line.event.summary }}</span>
            <span class="about">
              <mc-moment [value]="line.event.at" />
              @if (showsWho() && line.event.orchestrator_id; as id) {
                <a [routerLink]="['/orchestrators', id]">{{ id }}</a>
              }
              @if (line.by; as by) {
                <span>{{ texts.by(by) }}</span>
              }
            </span>
          </div>
        </li>
      }
    </ol>
  `,
  styles: `
    ol {
      margin: 0;
      padding: 0;
      list-style: none;
    }
    li {
      display: flex;
      gap: 12px;
      padding: 9px 0;
    }
    li + li {
      border-top: 1px solid var(--mc-line);
    }
    .disc {
      display: grid;
      flex: none;
      place-items: center;
      width: 28px;
      height: 28px;
      border-radius: 50%;
      color: var(--mc-status-ink);
      background: var(--mc-status-wash);
    }
    .disc mc-icon {
      width: 14px;
      height: 14px;
    }
    .words {
      display: flex;
      flex-direction: column;
      min-width: 0;
      overflow-wrap: anywhere;
    }
    .about {
      display: flex;
      flex-wrap: wrap;
      gap: 0 10px;
      font-size: var(--mc-text-sm);
      color: var(--mc-muted);
    }
  `,
})
export class ActivityList {
  protected readonly texts = UI_TEXTS.activityList;

  readonly events = input.required<readonly FleetEvent[]>();
  readonly label = input.required<string>();
  /** Whether each line links to its orchestrator. */
  readonly showsWho = input(true);

  protected readonly lines = computed(() =>
    this.events().map((event) => ({
      event,
      look: lookOf(event),
      by: UNNAMED.has(event.actor) ? null : event.actor,
    })),
  );
}
