import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { API_TOKEN_STATUSES, type ApiToken } from '@moolai/contracts';
import { given, oneOf } from '../../core/address';
import { Permissions } from '../../core/auth/permissions';
import { injectAddressList } from '../../core/http/address-list';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { AxisBadge } from '../../ui/axis-badge';
import { Dialogs } from '../../ui/dialogs';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { ListFrame } from '../../ui/list-frame';
import { Moment } from '../../ui/moment';
import { SortHead } from '../../ui/sort-head';
import { ChangeRunner } from '../../ui/change-runner';
import { ACCESS_TEXTS } from './access.texts';
import { placesOf, ROLE_LABELS } from './grant';

const TEXTS = ACCESS_TEXTS.apiTokens;

const SORTS = ['name', 'expires_at', 'last_used_at', 'created_at'];
const STATES = {
  active: { icon: 'check', label: TEXTS.active, tone: 'good', hint: TEXTS.activeHint },
  expired: { icon: 'clock', label: TEXTS.expired, tone: 'warn', hint: TEXTS.expiredHint },
  revoked: { icon: 'minus', label: TEXTS.revoked, tone: 'calm', hint: TEXTS.revokedHint },
} as const;

/** API tokens: role, expiry and last use. */
@Component({
  selector: 'mc-api-tokens-page',
  imports: [AxisBadge, EmptyState, Icon, ListFrame, MatButton, Moment, SortHead],
  templateUrl: './api-tokens.page.html',
  styleUrl: './access.scss',
})
export class ApiTokensPage {
  protected readonly texts = TEXTS;

  private readonly api = inject(ApiClient);
  private readonly dialogs = inject(Dialogs);
  private readonly runner = inject(ChangeRunner);

  protected readonly permissions = inject(Permissions);
  protected readonly statuses = [
    { value: null, label: TEXTS.all },
    ...API_TOKEN_STATUSES.map((value) => ({ value, label: STATES[value].label })),
  ];
  protected readonly list = injectAddressList(API.listApiTokens, {
    filters: ['search', 'status'],
    filterOf: (params) =>
      given({
        search: params['search'] || undefined,
        status: oneOf(API_TOKEN_STATUSES, params['status']),
      }),
    order: { by: SORTS, usual: '-created_at' },
  });
  protected readonly rows = computed(() =>
    this.list.items().map((token) => ({
      token,
      role: ROLE_LABELS[token.role],
      places: placesOf(token.organization_ids),
      state: STATES[token.status],
    })),
  );

  protected async create(): Promise<void> {
    await this.dialogs.open<boolean>(() => import('./api-token.dialog').then((m) => m.ApiTokenDialog));
    this.list.reload();
  }

  protected async revoke(token: ApiToken): Promise<void> {
    const isMeant = await this.dialogs.confirm({
      title: TEXTS.confirmRevoke(token.name),
      meaning: TEXTS.revokeAdvice,
      label: TEXTS.revoke,
      isDangerous: true,
    });
    if (!isMeant) return;
    const call = { path: { id: token.token_id } };
    await this.runner.run(() => this.api.call(API.revokeApiToken, call), TEXTS.wasRevoked(token.name));
    this.list.reload();
  }
}
