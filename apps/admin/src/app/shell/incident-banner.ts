import { Component, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { IncidentsStore } from '../core/fleet/incidents.store';
import { Icon } from '../ui/icon';
import { Moment } from '../ui/moment';
import { SHELL_TEXTS } from './shell.texts';

const TEXTS = SHELL_TEXTS.incidentBanner;

/** Shows each lost instance, and that Redis does not answer: what still works, and what to do. */
@Component({
  selector: 'mc-incident-banner',
  imports: [Icon, Moment, RouterLink],
  template: `
    <div role="status">
      @for (incident of incidents.open(); track incident.key) {
        <div class="incident">
          <mc-icon name="warning" />
          @if (incident.kind === 'lost') {
            <p>
              <strong>{{ texts.lost(incident.instance.instance_id) }}</strong>
              {{ texts.lastHeard }} <mc-moment [value]="incident.instance.last_heard_at" />.
              {{ texts.lostHint }}
            </p>
            <a class="mc-link-button" routerLink="/instances">{{ texts.showInstances }}</a>
          } @else {
            <p>
              <strong>{{ texts.noRedis }}</strong> {{ texts.noRedisHint }}
            </p>
          }
          <button
            class="mc-link-button"
            type="button"
            [attr.aria-label]="texts.closeOf(incident.kind === 'lost' ? incident.instance.instance_id : null)"
            (click)="incidents.dismiss(incident)"
          >
            {{ texts.close }}
          </button>
        </div>
      }
    </div>
  `,
  styles: `
    .incident {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 2px 14px;
      padding: 8px 24px;
      border-bottom: 1px solid var(--mc-line);
      color: var(--mc-warning-ink);
      background: var(--mc-warning-wash);
      font-size: var(--mc-text-sm);
    }
    mc-icon {
      flex: none;
      width: 18px;
      height: 18px;
    }
    p {
      flex: 1 1 240px;
      min-width: 0;
      margin: 0;
      overflow-wrap: anywhere;
    }
    a,
    button {
      color: inherit;
    }
    @media (max-width: 799.98px) {
      .incident {
        padding: 8px 16px;
      }
    }
  `,
})
export class IncidentBanner {
  protected readonly texts = TEXTS;
  protected readonly incidents = inject(IncidentsStore);
}
