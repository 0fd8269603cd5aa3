import { DecimalPipe } from '@angular/common';
import { Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { CONFIG_STATUSES, type FleetEvent } from '@moolai/contracts';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { Moment } from '../../ui/moment';
import { StateBadge } from '../../ui/state-badge';
import { CONFIGURATION_TEXTS } from './configuration.texts';
import { LevelStore } from './level.store';

const COUNTS_EVERY_MS = 2_000;

/** Whether the affected orchestrators have applied the configuration: desired against reported. */
@Component({
  selector: 'mc-delivery-panel',
  imports: [DecimalPipe, Moment, RouterLink, StateBadge],
  template: `
    @if (one.value(); as config) {
      <dl class="mc-facts">
        <div>
          <dt>{{ texts.status }}</dt>
          <dd><mc-state-badge [state]="config.reported.status" /></dd>
        </div>
        <div>
          <dt>{{ texts.desiredVersion }}</dt>
          <dd class="mc-figures">{{ config.config_version }}</dd>
        </div>
        <div>
          <dt>{{ texts.reportedVersion }}</dt>
          <dd class="mc-figures">{{ config.reported.config_version ?? texts.noneYet }}</dd>
        </div>
        @if (config.reported.pending_since; as since) {
          <div>
            <dt>{{ texts.waitingForAcknowledgement }}</dt>
            <dd>{{ texts.since }} <mc-moment [value]="since" /></dd>
          </div>
        }
        @if (config.reported.at; as at) {
          <div>
            <dt>{{ texts.acknowledged }}</dt>
            <dd><mc-moment [value]="at" /></dd>
          </div>
        }
        @if (config.reported.detail; as detail) {
          <div class="wide">
            <dt>{{ texts.detail }}</dt>
            <dd>{{ detail }}</dd>
          </div>
        }
      </dl>
    } @else if (counts(); as found) {
      <ul [aria-label]="texts.byStatus">
        <li class="mc-muted">{{ texts.byStatusHead }}</li>
        @for (count of found; track count.status) {
          <li>
            <a routerLink="/orchestrators" [queryParams]="count.query">
              <mc-state-badge [state]="count.status" />
              <span class="mc-figures"
                >{{ count.count | number
                }}<span class="mc-visually-hidden"> {{ texts.orchestrators }}</span></span
              >
            </a>
          </li>
        }
      </ul>
    }
  `,
  styles: `
    :host {
      display: block;
    }
    .mc-facts {
      grid-template-columns: repeat(auto-fill, minmax(140px, 1fr));
    }
    .wide {
      grid-column: 1 / -1;
    }
    ul {
      display: flex;
      flex-wrap: wrap;
      gap: 8px 20px;
      margin: 0;
      padding: 0;
      list-style: none;
    }
    a {
      display: inline-flex;
      align-items: center;
      gap: 8px;
      color: inherit;
      text-decoration: none;
    }
    a:hover {
      text-decoration: underline;
    }
  `,
})
export class DeliveryPanel {
  protected readonly texts = CONFIGURATION_TEXTS.deliveryPanel;

  private readonly level = inject(LevelStore).level;

  protected readonly one = apiResource(
    API.getOrchestratorConfig,
    () => {
      const { kind, id } = this.level();
      return kind === 'orchestrator' ? { path: { id } } : undefined;
    },
    { reloadOn: (event) => this.concerns(event) },
  );
  private readonly facets = apiResource(
    API.countOrchestrators,
    () => {
      const { kind, id } = this.level();
      if (kind === 'orchestrator') return undefined;
      return { query: kind === 'organization' ? { organization_id: id } : {} };
    },
    { keepsOld: true, reloadOn: ({ type }) => type.startsWith('config.'), everyMs: COUNTS_EVERY_MS },
  );
  protected readonly counts = computed(() => {
    const found = this.facets.value();
    const { kind, id } = this.level();
    if (!found || kind === 'orchestrator') return null;
    const within = kind === 'organization' ? { organization_id: id } : {};
    return CONFIG_STATUSES.map((status) => ({
      status,
      count: found.config_statuses[status],
      query: { ...within, config_status: status },
    }));
  });

  private concerns({ type, orchestrator_id: id }: FleetEvent): boolean {
    return type.startsWith('config.') && (id === this.level().id || id === null);
  }
}
