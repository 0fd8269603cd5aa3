import { DecimalPipe } from '@angular/common';
import { Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { ORCHESTRATOR_STATUSES } from '@moolai/contracts';
import { OverviewStore } from '../../core/live/overview.store';
import { PollLoop } from '../../core/live/poll-loop';
import { ConnectHelp } from '../../ui/connect-help';
import { ErrorPanel } from '../../ui/error-panel';
import { Skeleton } from '../../ui/skeleton';
import { STATUS_PRESENTATION } from '../../ui/status-presentation';
import { LiveFleet } from './live-fleet';
import { LiveFleetStore } from './live-fleet.store';

/** More rows than this are drawn only on request: they would cost every poll, and nobody reads them. */
const FIRST_ROWS = 100;

/** The fleet at a glance. */
@Component({
  selector: 'mc-dashboard-page',
  imports: [ConnectHelp, DecimalPipe, ErrorPanel, LiveFleet, MatButton, RouterLink, Skeleton],
  providers: [LiveFleetStore],
  templateUrl: './dashboard.page.html',
  styleUrl: './dashboard.page.scss',
})
export class DashboardPage {
  private readonly loop = inject(PollLoop);

  protected readonly overviewState = inject(OverviewStore).state;
  protected readonly liveState = inject(LiveFleetStore).state;
  protected readonly looks = STATUS_PRESENTATION;
  protected readonly statuses = ORCHESTRATOR_STATUSES;

  private readonly showsAll = signal(false);

  protected readonly rows = computed(() => {
    const state = this.liveState();
    if (state.name !== 'ready') return [];
    return this.showsAll() ? state.items : state.items.slice(0, FIRST_ROWS);
  });

  protected showAll(): void {
    this.showsAll.set(true);
  }

  protected retry(): void {
    this.loop.refresh();
  }
}
