import { DecimalPipe } from '@angular/common';
import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { API_TOKEN_STATUSES, type ApiToken, type ApiTokenListQuery } from '@moolai/contracts';
import { given, injectAddress, oneOf, sortOf, type AddressChange } from '../../core/address';
import { Permissions } from '../../core/auth/permissions';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { AxisBadge } from '../../ui/axis-badge';
import { Dialogs } from '../../ui/dialogs';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { LoadStateView } from '../../ui/load-state';
import { Moment } from '../../ui/moment';
import { PageHeader } from '../../ui/page-header';
import { Pager } from '../../ui/pager';
import { SearchBox } from '../../ui/search-box';
import { orderOf, SortHead } from '../../ui/sort-head';
import { ChangeRunner } from '../../ui/change-runner';
import { placesOf, ROLE_LABELS } from './grant';

const PAGE_SIZE = 50;
const SORTS = ['name', 'expires_at', 'last_used_at', 'created_at'];
const STATES = {
  active: { icon: 'check', label: 'Active', tone: 'good', hint: 'It is accepted.' },
  expired: { icon: 'clock', label: 'Expired', tone: 'warn', hint: 'Its time is over.' },
  revoked: { icon: 'minus', label: 'Revoked', tone: 'calm', hint: 'Somebody has withdrawn it.' },
} as const;

/** Tokens of scripts: what each may do, until when, and whether it is used. */
@Component({
  selector: 'mc-api-tokens-page',
  imports: [
    AxisBadge,
    DecimalPipe,
    EmptyState,
    Icon,
    LoadStateView,
    MatButton,
    Moment,
    PageHeader,
    Pager,
    SearchBox,
    SortHead,
  ],
  templateUrl: './api-tokens.page.html',
  styleUrl: './access.scss',
})
export class ApiTokensPage {
  private readonly api = inject(ApiClient);
  private readonly dialogs = inject(Dialogs);
  private readonly runner = inject(ChangeRunner);
  private readonly address = injectAddress();

  protected readonly permissions = inject(Permissions);
  protected readonly pageSize = PAGE_SIZE;
  protected readonly orderOf = orderOf;
  protected readonly statuses = [
    { value: null, label: 'All' },
    ...API_TOKEN_STATUSES.map((value) => ({ value, label: STATES[value].label })),
  ];
  protected readonly filter = computed(() => {
    const params = this.address.params();
    return given({
      search: params['search'] || undefined,
      status: oneOf(API_TOKEN_STATUSES, params['status']),
    });
  });
  protected readonly sort = computed(() => sortOf(SORTS, this.address.params()['sort'], '-created_at'));
  private readonly query = computed<ApiTokenListQuery>(
    () => ({ ...this.filter(), sort: this.sort(), page: this.address.page(), page_size: PAGE_SIZE }),
    { equal: (a, b) => JSON.stringify(a) === JSON.stringify(b) },
  );
  protected readonly list = apiResource(API.apiTokens, () => ({ query: this.query() }), { keepsOld: true });
  protected readonly total = computed(() => this.list.value()?.total ?? 0);
  protected readonly isFiltered = computed(() => Object.keys(this.filter()).length > 0);
  protected readonly rows = computed(() =>
    (this.list.value()?.items ?? []).map((token) => ({
      token,
      role: ROLE_LABELS[token.role],
      places: placesOf(token.organization_ids),
      state: STATES[token.status],
    })),
  );

  protected change(change: AddressChange): void {
    this.address.change({ ...change, page: null });
  }

  protected clearFilter(): void {
    this.change({ search: null, status: null });
  }

  protected goToPage(page: number): void {
    this.address.change({ page }, { isStep: true });
  }

  protected async create(): Promise<void> {
    await this.dialogs.open<boolean>(() => import('./api-token.dialog').then((m) => m.ApiTokenDialog));
    this.list.reload();
  }

  protected async revoke(token: ApiToken): Promise<void> {
    const isMeant = await this.dialogs.confirm({
      title: `Revoke ${token.name}?`,
      meaning: 'Whatever uses it is refused from the next request on. This cannot be undone.',
      label: 'Revoke',
      isDangerous: true,
    });
    if (!isMeant) return;
    const call = { path: { id: token.token_id } };
    await this.runner.run(() => this.api.call(API.revokeApiToken, call), `${token.name} was revoked.`);
    this.list.reload();
  }
}
