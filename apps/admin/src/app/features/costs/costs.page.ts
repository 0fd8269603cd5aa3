import { DecimalPipe } from '@angular/common';
import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { injectAddress, oneOf, type AddressChange } from '../../core/address';
import { injectOrganizationChoices } from '../../core/fleet/organization-choices';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { ServerClock } from '../../core/time/server-clock';
import { Choice } from '../../ui/choice';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { LoadStateView } from '../../ui/load-state';
import { dollars } from '../../ui/money';
import { PageHeader } from '../../ui/page-header';
import { COSTS_TEXTS } from './costs.texts';
import { UsageTable, type UsageRow } from './usage-table';

const TEXTS = COSTS_TEXTS.page;

const DAY_MS = 86_400_000;
const USUAL_DAYS = '7';
const SPANS = [
  { value: '1', label: TEXTS.today },
  { value: '7', label: TEXTS.days7 },
  { value: '30', label: TEXTS.days30 },
] as const;

/** Reported usage and cost of models, without estimates. */
@Component({
  selector: 'mc-costs-page',
  imports: [
    Choice,
    DecimalPipe,
    EmptyState,
    Icon,
    LoadStateView,
    MatButton,
    PageHeader,
    RouterLink,
    UsageTable,
  ],
  templateUrl: './costs.page.html',
  styleUrl: './costs.page.scss',
})
export class CostsPage {
  protected readonly texts = TEXTS;

  private readonly address = injectAddress();
  private readonly clock = inject(ServerClock);
  /** The current UTC day, by which usage is counted. */
  private readonly today = computed(() => new Date(this.clock.nowMs()).toISOString().slice(0, 10));

  protected readonly spans = SPANS;
  protected readonly days = computed(
    () =>
      oneOf(
        SPANS.map(({ value }) => value),
        this.address.params()['days'],
      ) ?? USUAL_DAYS,
  );
  protected readonly organizationId = computed(() => this.address.params()['organization_id'] ?? '');
  private readonly query = computed(() => {
    const fromMs = Date.parse(`${this.today()}T00:00:00.000Z`) - (Number(this.days()) - 1) * DAY_MS;
    const organization = this.organizationId();
    return {
      from: new Date(fromMs).toISOString(),
      ...(organization ? { organization_id: organization } : {}),
    };
  });
  protected readonly costs = apiResource(API.getCosts, () => ({ query: this.query() }), { keepsOld: true });
  protected readonly organizations = injectOrganizationChoices();
  protected readonly total = computed(() => {
    const total = this.costs.value()?.total;
    return total ? { ...total, dollars: dollars(total.cost_usd) } : null;
  });
  protected readonly isNothing = computed(() => {
    const known = this.costs.value();
    return known?.complete !== false && known?.by_day.length === 0;
  });
  /** Where the sums begin, if later than requested. */
  protected readonly beginsLate = computed(() => {
    const known = this.costs.value();
    return known?.complete === false ? known.covered_from.slice(0, 16).replace('T', ' ') : null;
  });
  protected readonly tables = computed<{ label: string; head: string; rows: UsageRow[] }[]>(() => {
    const known = this.costs.value();
    if (!known) return [];
    return [
      {
        label: TEXTS.byOrganization,
        head: TEXTS.organization,
        rows: known.by_organization.map(({ organization_id: name, ...usage }) => ({
          name,
          link: ['/organizations', name],
          usage,
        })),
      },
      {
        label: TEXTS.byModel,
        head: TEXTS.model,
        rows: known.by_model.map(({ model: name, ...usage }) => ({ name, usage })),
      },
      {
        label: TEXTS.byDayUtc,
        head: TEXTS.day,
        rows: known.by_day.map(({ day: name, ...usage }) => ({
          name,
          usage,
          ...(name === this.today() ? { note: TEXTS.soFar } : {}),
        })),
      },
    ];
  });

  protected choose(change: AddressChange): void {
    this.address.change(change);
  }
}
