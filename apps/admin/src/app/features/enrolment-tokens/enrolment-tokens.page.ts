import { DecimalPipe } from '@angular/common';
import { Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import {
  ENROLMENT_TOKEN_SORT_FIELDS,
  ENROLMENT_TOKEN_STATES,
  PAGE_SIZE_MAX,
  type EnrolmentToken,
} from '@moolai/contracts';
import { given, oneOf } from '../../core/address';
import { Permissions } from '../../core/auth/permissions';
import { injectAddressList } from '../../core/http/address-list';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { Dialogs } from '../../ui/dialogs';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { ListFrame } from '../../ui/list-frame';
import { LookBadge } from '../../ui/look-badge';
import { Moment } from '../../ui/moment';
import { PageHeader } from '../../ui/page-header';
import { SortHead } from '../../ui/sort-head';
import { ENROLMENT_TOKENS_TEXTS } from './enrolment-tokens.texts';
import { TOKEN_LOOKS } from './token-looks';

const TEXTS = ENROLMENT_TOKENS_TEXTS.page;

const CONCERNS_TOKENS = /^(enrolment_token\.|orchestrator\.enrolled$)/;

/** Enrolment tokens; filters, order and page are in the URL. */
@Component({
  selector: 'mc-enrolment-tokens-page',
  imports: [
    DecimalPipe,
    EmptyState,
    Icon,
    ListFrame,
    LookBadge,
    MatButton,
    Moment,
    PageHeader,
    RouterLink,
    SortHead,
  ],
  templateUrl: './enrolment-tokens.page.html',
  styleUrl: './enrolment-tokens.page.scss',
})
export class EnrolmentTokensPage {
  protected readonly texts = TEXTS;

  private readonly api = inject(ApiClient);
  private readonly dialogs = inject(Dialogs);
  private readonly permissions = inject(Permissions);

  protected readonly description = TEXTS.description;
  protected readonly looks = TOKEN_LOOKS;
  protected readonly states = [
    { value: null, label: TEXTS.all },
    ...ENROLMENT_TOKEN_STATES.map((value) => ({ value, label: TOKEN_LOOKS[value].label })),
  ];
  protected readonly isAllowed = computed(() => this.permissions.can('orchestrators:manage'));
  protected readonly list = injectAddressList(API.listEnrolmentTokens, {
    filters: ['search', 'state', 'organization_id'],
    filterOf: (params) =>
      given({
        search: params['search'] || undefined,
        state: oneOf(ENROLMENT_TOKEN_STATES, params['state']),
        organization_id: params['organization_id'] || undefined,
      }),
    order: { by: ENROLMENT_TOKEN_SORT_FIELDS, usual: '-id' },
    reloadOn: ({ type }) => CONCERNS_TOKENS.test(type),
    isAsked: this.isAllowed,
  });
  private readonly organizations = apiResource(API.listOrganizations, () => ({
    query: { page_size: PAGE_SIZE_MAX, sort: 'organization_id' },
  }));
  /** Existing organizations, and the chosen one in any case. */
  protected readonly choices = computed(() => {
    const choices = (this.organizations.value()?.items ?? []).map(({ organization_id: id, name }) => ({
      id,
      label: name && name !== id ? `${name} (${id})` : id,
    }));
    const chosen = this.list.filter().organization_id;
    if (chosen === undefined || choices.some(({ id }) => id === chosen)) return choices;
    return [{ id: chosen, label: chosen }, ...choices];
  });

  protected async create(): Promise<void> {
    await this.dialogs.open(() => import('./create-token.dialog').then((m) => m.CreateTokenDialog), {
      data: this.list.filter().organization_id,
    });
    this.list.reload();
  }

  protected async revoke({ id, name }: EnrolmentToken): Promise<void> {
    const isDone = await this.dialogs.confirm({
      title: TEXTS.confirmRevoke(name),
      meaning: TEXTS.revokeAdvice,
      label: TEXTS.revoke,
      isDangerous: true,
      act: () => this.api.call(API.revokeEnrolmentToken, { path: { id } }),
    });
    if (isDone) this.list.reload();
  }
}
