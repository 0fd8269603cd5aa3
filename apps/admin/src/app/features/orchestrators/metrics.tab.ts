import { Component, computed, DestroyRef, inject, linkedSignal, signal } from '@angular/core';
import { NgxEchartsDirective } from 'ngx-echarts';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { ServerClock } from '../../core/time/server-clock';
import { TimeZoneStore } from '../../core/time/time-zone.store';
import { ChartColorsStore } from '../../ui/chart-colors';
import { provideCharts } from '../../ui/charts';
import { EmptyState } from '../../ui/empty-state';
import { LoadStateView } from '../../ui/load-state';
import { Moment } from '../../ui/moment';
import { chartOf, figure } from './metric-chart';
import { OrchestratorStore } from './orchestrator.store';
import { ORCHESTRATORS_TEXTS } from './orchestrators.texts';

const TEXTS = ORCHESTRATORS_TEXTS.metricsTab;

const SPANS = [
  { label: TEXTS.hour, hours: 1 },
  { label: TEXTS.hours6, hours: 6 },
  { label: TEXTS.day, hours: 24 },
  { label: TEXTS.days7, hours: 168 },
] as const;
const EVERY_MS = 5_000;

/** An orchestrator's metrics, as a chart and as a table. */
@Component({
  selector: 'mc-metrics-tab',
  imports: [EmptyState, LoadStateView, Moment, NgxEchartsDirective],
  providers: [provideCharts()],
  templateUrl: './metrics.tab.html',
  styleUrls: ['./tabs.scss', './metrics.tab.scss'],
})
export class MetricsTab {
  protected readonly texts = TEXTS;

  private readonly store = inject(OrchestratorStore);
  private readonly clock = inject(ServerClock);
  private readonly colors = inject(ChartColorsStore).colors;
  private readonly zone = inject(TimeZoneStore).zone;

  protected readonly spans = SPANS;
  protected readonly figure = figure;
  protected readonly hours = signal<number>(1);
  protected readonly showsTable = signal(false);
  protected readonly names = apiResource(API.listMetricNames, () => {
    const id = this.store.id();
    return id === undefined ? undefined : { path: { id } };
  });
  /** The displayed metric: the chosen one, or the first. */
  protected readonly name = linkedSignal<readonly string[], string | undefined>({
    source: () => this.names.value()?.names ?? [],
    computation: (names, previous) =>
      previous?.value !== undefined && names.includes(previous.value) ? previous.value : names[0],
  });
  private readonly until = signal(this.nowIso());
  private readonly call = computed(() => {
    const [id, name, to] = [this.store.id(), this.name(), this.until()];
    if (id === undefined || name === undefined) return undefined;
    const from = new Date(Date.parse(to) - this.hours() * 3_600_000).toISOString();
    return { path: { id }, query: { name, from, to } };
  });
  protected readonly series = apiResource(API.getMetricSeries, () => this.call(), { keepsOld: true });
  protected readonly chart = computed(() => {
    const series = this.series.value();
    return series && series.points.length > 0 ? chartOf(series, this.colors(), this.zone()) : null;
  });
  protected readonly latest = computed(() => [...(this.series.value()?.points ?? [])].reverse());
  protected readonly summary = computed(() => {
    const points = this.series.value()?.points ?? [];
    const last = points.at(-1);
    if (!last) return '';
    const least = Math.min(...points.map(({ min }) => min));
    const most = Math.max(...points.map(({ max }) => max));
    return TEXTS.summary(figure(last.avg), figure(least), figure(most));
  });

  constructor() {
    const timer = setInterval(() => this.renew(), EVERY_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }

  protected span(hours: number): void {
    this.hours.set(hours);
    this.until.set(this.nowIso());
  }

  /** There are no events for metrics. */
  private renew(): void {
    this.until.set(this.nowIso());
    if (this.names.value()?.names.length === 0) this.names.reload();
  }

  private nowIso(): string {
    return new Date(this.clock.nowMs()).toISOString();
  }
}
