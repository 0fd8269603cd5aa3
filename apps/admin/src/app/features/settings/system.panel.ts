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

const OK = { icon: 'check', label: 'Healthy', tone: 'good', hint: 'All parts work.' } as const;
const DEGRADED = {
  icon: 'warning',
  label: 'Degraded',
  tone: 'bad',
  hint: 'At least one part has failed.',
} as const;
const UP = { icon: 'check', label: 'Up', tone: 'good', hint: 'It responds.' } as const;
const DOWN = { icon: 'problem', label: 'Down', tone: 'bad', hint: 'It does not respond.' } as const;

/** How the controller is, in parts. */
@Component({
  selector: 'mc-system-panel',
  imports: [AxisBadge, DecimalPipe, Icon, LoadStateView, MatButton, Moment],
  template: `
    <mc-load-state [of]="health" shape="block" [count]="1" />
    @if (health.value(); as now) {
      <dl class="mc-facts">
        <div>
          <dt>Controller</dt>
          <dd><mc-axis-badge [axis]="overall()" /></dd>
        </div>
        <div>
          <dt>Database</dt>
          <dd>
            <mc-axis-badge [axis]="database()" />
            @if (now.database.latency_ms !== null) {
              <span class="mc-muted mc-figures"> {{ now.database.latency_ms | number: '1.0-1' }} ms</span>
            }
          </dd>
        </div>
        <div>
          <dt>Connections</dt>
          <dd class="mc-figures">
            {{ now.websocket.connections | number }}, {{ now.websocket.registered | number }} registered
          </dd>
        </div>
        <div>
          <dt>Queued heartbeats</dt>
          <dd class="mc-figures">{{ now.heartbeat_writer.pending | number }}</dd>
        </div>
        <div>
          <dt>Last write</dt>
          <dd><mc-moment [value]="now.heartbeat_writer.last_flush_at" /></dd>
        </div>
        <div>
          <dt>Version</dt>
          <dd>{{ now.version }}</dd>
        </div>
        <div>
          <dt>Uptime</dt>
          <dd>{{ uptime() }}</dd>
        </div>
        @if (now.heartbeat_writer.last_error; as error) {
          <div class="wide">
            <dt>Last write error</dt>
            <dd>{{ error }} ({{ now.heartbeat_writer.consecutive_failures | number }} in a row)</dd>
          </div>
        }
      </dl>
      <button matButton type="button" (click)="health.reload()"><mc-icon name="refresh" />Refresh</button>
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
