import { DecimalPipe } from '@angular/common';
import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { ApiClient } from '../../core/http/api-client';
import { callResource } from '../../core/http/api-resource';
import { duration } from '../../core/time/relative-time';
import { AxisBadge } from '../../ui/axis-badge';
import { Icon } from '../../ui/icon';
import { LoadStateView } from '../../ui/load-state';
import { Moment } from '../../ui/moment';
import { SETTINGS_TEXTS } from './settings.texts';

const TEXTS = SETTINGS_TEXTS.systemPanel;

const OK = {
  icon: 'check',
  label: TEXTS.healthy,
  tone: 'good',
  hint: TEXTS.healthyHint,
} as const;
const DEGRADED = {
  icon: 'warning',
  label: TEXTS.degraded,
  tone: 'bad',
  hint: TEXTS.degradedHint,
} as const;
const UP = {
  icon: 'check',
  label: TEXTS.up,
  tone: 'good',
  hint: TEXTS.upHint,
} as const;
const DOWN = {
  icon: 'problem',
  label: TEXTS.down,
  tone: 'bad',
  hint: TEXTS.downHint,
} as const;

/** The controller's health in detail. */
@Component({
  selector: 'mc-system-panel',
  imports: [AxisBadge, DecimalPipe, Icon, LoadStateView, MatButton, Moment],
  template: `
    <mc-load-state [of]="health" shape="block" [count]="1" />
    @if (health.value(); as now) {
      <dl class="mc-facts">
        <div>
          <dt>{{ texts.controller }}</dt>
          <dd><mc-axis-badge [axis]="overall()" /></dd>
        </div>
        <div>
          <dt>{{ texts.database }}</dt>
          <dd>
            <mc-axis-badge [axis]="database()" />
            @if (now.database.latency_ms !== null) {
              <span class="mc-muted mc-figures">
                {{ texts.latency(now.database.latency_ms | number: '1.0-1') }}</span
              >
            }
          </dd>
        </div>
        <div>
          <dt>{{ texts.connections }}</dt>
          <dd class="mc-figures">
            {{ texts.connectionCounts(now.websocket.connections, now.websocket.registered) }}
          </dd>
        </div>
        <div>
          <dt>{{ texts.queuedHeartbeats }}</dt>
          <dd class="mc-figures">{{ now.heartbeat_writer.pending | number }}</dd>
        </div>
        <div>
          <dt>{{ texts.lastWrite }}</dt>
          <dd><mc-moment [value]="now.heartbeat_writer.last_flush_at" /></dd>
        </div>
        <div>
          <dt>{{ texts.version }}</dt>
          <dd>{{ now.version }}</dd>
        </div>
        <div>
          <dt>{{ texts.uptime }}</dt>
          <dd>{{ uptime() }}</dd>
        </div>
        @if (now.heartbeat_writer.last_error; as error) {
          <div class="wide">
            <dt>{{ texts.lastWriteError }}</dt>
            <dd>{{ texts.errorInARow(error, now.heartbeat_writer.consecutive_failures) }}</dd>
          </div>
        }
      </dl>
      <button matButton type="button" (click)="health.reload()">
        <mc-icon name="refresh" />{{ texts.refresh }}
      </button>
    }
  `,
  styles: `
    .wide {
      grid-column: 1 / -1;
    }
    button {
      margin: 12px 0 0 -12px;
    }
  `,
})
export class SystemPanel {
  protected readonly texts = TEXTS;

  private readonly api = inject(ApiClient);

  protected readonly health = callResource(
    () => true,
    () => this.api.internalHealth(),
    { keepsOld: true },
  );
  protected readonly overall = computed(() => (this.health.value()?.status === 'ok' ? OK : DEGRADED));
  protected readonly database = computed(() => (this.health.value()?.database.status === 'up' ? UP : DOWN));
  protected readonly uptime = computed(() => duration(this.health.value()?.uptime_sec ?? 0));
}
