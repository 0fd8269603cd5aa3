import { Component, computed, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import type { Tone } from '../../ui/axes';
import { Icon } from '../../ui/icon';
import type { IconName } from '../../ui/icon-paths';
import { Moment } from '../../ui/moment';
import type { Arrival } from './arrival';

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
    <section class="panel" role="status" aria-label="Waiting" [attr.data-tone]="look().tone">
      <span class="disc" [class.pulse]="now.name === 'waiting'"><mc-icon [name]="look().icon" /></span>
      <div class="words">
        @switch (now.name) {
          @case ('waiting') {
            <strong>Waiting for {{ orchestratorId() }}…</strong>
            <span>Run the command above. This turns green when the orchestrator connects.</span>
          }
          @case ('taken') {
            <strong>{{ orchestratorId() }} is already connected</strong>
            <span>
              A second orchestrator with this id would replace the first. Choose another id, or
              <a [routerLink]="['/orchestrators', orchestratorId()]">open the existing one</a>.
            </span>
          }
          @case ('elsewhere') {
            <strong>{{ orchestratorId() }} belongs to {{ now.orchestrator.organization_id }}</strong>
            <span
              >Registration in another organization would be refused. Choose its organization or another
              id.</span
            >
          }
          @case ('refused') {
            <strong>{{ orchestratorId() }} was refused <mc-moment [value]="now.at" /></strong>
            <span>{{ now.detail }}</span>
            <span>
              {{ now.advice }}
              @if (now.isTaken) {
                <a [routerLink]="['/orchestrators', orchestratorId(), 'credentials']">Its credential</a>
              }
            </span>
          }
          @case ('connected') {
            <strong>{{ orchestratorId() }} is connected</strong>
            <span>{{ now.orchestrator.status_reason }}</span>
            <span class="actions">
              <a matButton="filled" [routerLink]="['/orchestrators', orchestratorId()]">Open it</a>
              <a matButton routerLink="/orchestrators">All orchestrators</a>
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
  readonly arrival = input.required<Arrival>();
  readonly orchestratorId = input.required<string>();

  protected readonly look = computed(() => LOOKS[this.arrival().name]);
}
