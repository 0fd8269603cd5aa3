import { Component, computed, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import type { Tone } from '../../ui/axes';
import { Icon } from '../../ui/icon';
import type { IconName } from '../../ui/icon-paths';
import { Moment } from '../../ui/moment';
import type { Arrival } from './arrival';
import { CONNECT_TEXTS } from './connect.texts';

const LOOKS: Readonly<Record<Arrival['name'], { tone: Tone; icon: IconName }>> = {
  waiting: { tone: 'calm', icon: 'clock' },
  taken: { tone: 'warn', icon: 'warning' },
  elsewhere: { tone: 'warn', icon: 'warning' },
  refused: { tone: 'bad', icon: 'problem' },
  connected: { tone: 'good', icon: 'check' },
};

/** Shows the progress of the expected orchestrator; turns green when it is connected. */
@Component({
  selector: 'mc-arrival-panel',
  imports: [Icon, MatButton, Moment, RouterLink],
  template: `
    @let now = arrival();
    <section class="panel" role="status" [aria-label]="texts.waiting" [attr.data-tone]="look().tone">
      <span class="disc" [class.pulse]="now.name === 'waiting'"><mc-icon [name]="look().icon" /></span>
      <div class="words">
        @switch (now.name) {
          @case ('waiting') {
            <strong>{{ texts.waitingFor(orchestratorId()) }}</strong>
            <span>{{ texts.waitingHint }}</span>
          }
          @case ('taken') {
            <strong>{{ texts.alreadyConnected(orchestratorId()) }}</strong>
            <span>
              {{ texts.alreadyConnectedHint }}
              <a [routerLink]="['/orchestrators', orchestratorId()]">{{ texts.openExisting }}</a>.
            </span>
          }
          @case ('elsewhere') {
            <strong>{{ texts.belongsTo(orchestratorId(), now.orchestrator.organization_id) }}</strong>
            <span>{{ texts.belongsHint }}</span>
          }
          @case ('refused') {
            <strong>{{ texts.wasRefused(orchestratorId()) }} <mc-moment [value]="now.at" /></strong>
            <span>{{ now.detail }}</span>
            <span>
              {{ now.advice }}
              @if (now.isTaken) {
                <a [routerLink]="['/orchestrators', orchestratorId(), 'credentials']">{{
                  texts.itsCredential
                }}</a>
              }
            </span>
          }
          @case ('connected') {
            <strong>{{ texts.isConnected(orchestratorId()) }}</strong>
            <span>{{ now.orchestrator.status_reason }}</span>
            <span class="actions">
              <a matButton="filled" [routerLink]="['/orchestrators', orchestratorId()]">{{ texts.openIt }}</a>
              <a matButton routerLink="/orchestrators">{{ texts.allOrchestrators }}</a>
            </span>
          }
        }
      </div>
    </section>
  `,
  styles: `
    .panel {
      display: flex;
      gap: 14px;
      padding: 16px 18px;
      border: 1px solid var(--mc-status-ink);
      border-radius: var(--mc-radius);
      background: var(--mc-status-wash);
    }
    .panel[data-tone='calm'] {
      border-color: var(--mc-line);
      background: var(--mc-panel);
    }
    .disc {
      display: grid;
      flex: none;
      place-items: center;
      width: 34px;
      height: 34px;
      border: 2px solid var(--mc-status-ink);
      border-radius: 50%;
      color: var(--mc-status-ink);
    }
    .pulse {
      animation: pulse 1.6s ease-in-out infinite;
    }
    .words {
      display: flex;
      flex-direction: column;
      gap: 2px;
      min-width: 0;
      overflow-wrap: anywhere;
    }
    strong {
      font-size: var(--mc-text-lg);
      color: var(--mc-ink);
    }
    .actions {
      display: flex;
      flex-wrap: wrap;
      gap: 8px;
      margin-top: 10px;
    }
    @keyframes pulse {
      50% {
        opacity: 0.45;
      }
    }
  `,
})
export class ArrivalPanel {
  protected readonly texts = CONNECT_TEXTS.arrivalPanel;

  readonly arrival = input.required<Arrival>();
  readonly orchestratorId = input.required<string>();

  protected readonly look = computed(() => LOOKS[this.arrival().name]);
}
