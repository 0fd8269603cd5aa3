import { DecimalPipe } from '@angular/common';
import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { ORCHESTRATOR_STATUSES } from '@moolai/contracts';
import { ActivityList } from '../../ui/activity-list';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { LoadStateView } from '../../ui/load-state';
import { dollars } from '../../ui/money';
import { PageHeader } from '../../ui/page-header';
import { STATE_LOOKS } from '../../ui/state-badge';
import { STATUS_PRESENTATION } from '../../ui/status-presentation';
import { HomeStore } from './home.store';
import { HOME_TEXTS } from './home.texts';

/** Message statuses that are counted. */
const MESSAGE_STATES = ['pending', 'sent', 'delivered', 'failed', 'received'] as const;

/** The fleet at a glance: counts by status, problems, and recent events. */
@Component({
  selector: 'mc-home-page',
  imports: [ActivityList, DecimalPipe, EmptyState, Icon, LoadStateView, MatButton, PageHeader, RouterLink],
  providers: [HomeStore],
  templateUrl: './home.page.html',
  styleUrl: './home.page.scss',
})
export class HomePage {
  protected readonly texts = HOME_TEXTS.page;

  private readonly store = inject(HomeStore);

  protected readonly overview = this.store.overview;
  protected readonly activity = this.store.activity;
  protected readonly attention = this.store.attention;
  protected readonly health = this.store.health;
  protected readonly looks = STATUS_PRESENTATION;
  protected readonly statuses = ORCHESTRATOR_STATUSES;
  protected readonly messageStates = MESSAGE_STATES.map((status) => ({
    status,
    label: STATE_LOOKS[status].label,
  }));
  protected readonly spend = computed(() => {
    const total = this.store.spend.value()?.total;
    return total ? { ...total, dollars: dollars(total.cost_usd) } : null;
  });
}
