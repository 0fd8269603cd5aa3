import { DecimalPipe } from '@angular/common';
import { Component, computed, inject } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { ActivatedRoute, Router, RouterLink, type Params } from '@angular/router';
import { ENROLMENT_TOKEN_STATES, PAGE_SIZE_MAX, type EnrolmentToken } from '@moolai/contracts';
import { Permissions } from '../../core/auth/permissions';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { Dialogs } from '../../ui/dialogs';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { LoadStateView } from '../../ui/load-state';
import { LookBadge } from '../../ui/look-badge';
import { Moment } from '../../ui/moment';
import { PageHeader } from '../../ui/page-header';
import { Pager } from '../../ui/pager';
import { SearchBox } from '../../ui/search-box';
import { tokenQueryOf, PAGE_SIZE, type AddressParams } from './token-query';
import { TOKEN_LOOKS } from './token-looks';

const CONCERNS_TOKENS = /^(enrolment_token\.|orchestrator\.enrolled$)/;

/** The tokens that admit orchestrators; filters, order and page are in the address. */
@Component({
  selector: 'mc-enrolment-tokens-page',
  imports: [
    DecimalPipe,
    EmptyState,
    Icon,
    LoadStateView,
    LookBadge,
    MatButton,
    Moment,
    PageHeader,
    Pager,
    RouterLink,
    SearchBox,
  ],
  templateUrl: './enrolment-tokens.page.html',
  styleUrl: './enrolment-tokens.page.scss',
})
export class EnrolmentTokensPage {
  private readonly router = inject(Router);
  private readonly api = inject(ApiClient);
  private readonly dialogs = inject(Dialogs);
  private readonly permissions = inject(Permissions);
  private readonly params = toSignal<AddressParams, AddressParams>(inject(ActivatedRoute).queryParams, {
    initialValue: {},
  });

  protected readonly pageSize = PAGE_SIZE;
  protected readonly looks = TOKEN_LOOKS;
  protected readonly states = [
    { value: null, label: 'All' },
    ...ENROLMENT_TOKEN_STATES.map((value) => ({ value, label: TOKEN_LOOKS[value].label })),
  ];
  protected readonly isAllowed = computed(() => this.permissions.can('orchestrators:manage'));
  protected readonly query = computed(() => tokenQueryOf(this.params()), {
    equal: (a, b) => JSON.stringify(a) === JSON.stringify(b),
  });
  protected readonly isFiltered = computed(() => {
    const { state, search, organization_id } = this.query();
    return state !== undefined || search !== undefined || organization_id !== undefined;
  });
  protected readonly list = apiResource(
    API.enrolmentTokens,
    () => (this.isAllowed() ? { query: this.query() } : undefined),
    { keepsOld: true, reloadOn: ({ type }) => CONCERNS_TOKENS.test(type) },
  );
  private readonly organizations = apiResource(API.organizations, () => ({
    query: { page_size: PAGE_SIZE_MAX, sort: 'organization_id' },
  }));
  /** Those that there are, and the chosen one however many there are. */
  protected readonly choices = computed(() => {
    const choices = (this.organizations.value()?.items ?? []).map(({ organization_id: id, name }) => ({
      id,
      label: name && name !== id ? `${name} (${id})` : id,
    }));
    const chosen = this.query().organization_id;
    if (chosen === undefined || choices.some(({ id }) => id === chosen)) return choices;
    return [{ id: chosen, label: chosen }, ...choices];
  });
  protected readonly total = computed(() => this.list.value()?.total ?? 0);

  protected find(words: string): void {
    this.go({ search: words || null, page: null });
  }

  protected chooseState(state: string | null): void {
    this.go({ state, page: null });
  }

  protected chooseOrganization(id: string): void {
    this.go({ organization_id: id || null, page: null });
  }

  protected clear(): void {
    this.go({ search: null, state: null, organization_id: null, page: null });
  }

  protected sortBy(field: string): void {
    this.go({ sort: this.query().sort === field ? `-${field}` : field, page: null });
  }

  protected orderOf(field: string): 'ascending' | 'descending' | 'none' {
    if (this.query().sort === field) return 'ascending';
    return this.query().sort === `-${field}` ? 'descending' : 'none';
  }

  protected goToPage(page: number): void {
    this.go({ page: page === 1 ? null : page }, false);
  }

  protected async create(): Promise<void> {
    await this.dialogs.open(() => import('./create-token.dialog').then((m) => m.CreateTokenDialog), {
      data: this.query().organization_id,
    });
    this.list.reload();
  }

  protected async revoke({ id, name }: EnrolmentToken): Promise<void> {
    const isDone = await this.dialogs.confirm({
      title: `Revoke “${name}”`,
      meaning: 'It admits nobody any more. Those who have enrolled with it keep their credentials.',
      label: 'Revoke',
      isDangerous: true,
      act: () => this.api.call(API.revokeEnrolmentToken, { path: { id } }),
    });
    if (isDone) this.list.reload();
  }

  private go(queryParams: Params, replaceUrl = true): void {
    void this.router.navigate([], { queryParams, queryParamsHandling: 'merge', replaceUrl });
  }
}
