import { DecimalPipe } from '@angular/common';
import { Component, computed, inject } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { ActivatedRoute, Router, RouterLink, type Params } from '@angular/router';
import { ORGANIZATION_SORT_FIELDS } from '@moolai/contracts';
import { Permissions } from '../../core/auth/permissions';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { LoadStateView } from '../../ui/load-state';
import { Moment } from '../../ui/moment';
import { PageHeader } from '../../ui/page-header';
import { Pager } from '../../ui/pager';
import { SearchBox } from '../../ui/search-box';
import { OrganizationActions } from './organization-actions';

const PAGE_SIZE = 50;
const CHANGED = /^(organization\.|orchestrator\.(created|deleted)|independence\.)/;

/** Every organization, page by page. */
@Component({
  selector: 'mc-organizations-page',
  imports: [
    DecimalPipe,
    EmptyState,
    Icon,
    LoadStateView,
    MatButton,
    Moment,
    PageHeader,
    Pager,
    RouterLink,
    SearchBox,
  ],
  templateUrl: './organizations.page.html',
  styleUrl: './organizations.page.scss',
})
export class OrganizationsPage {
  private readonly router = inject(Router);
  private readonly actions = inject(OrganizationActions);
  private readonly params = toSignal(inject(ActivatedRoute).queryParamMap, { requireSync: true });

  protected readonly permissions = inject(Permissions);
  protected readonly pageSize = PAGE_SIZE;
  protected readonly search = computed(() => this.params().get('search') ?? '');
  protected readonly page = computed(() => Math.max(1, Math.trunc(Number(this.params().get('page'))) || 1));
  protected readonly sort = computed(() => {
    const sort = this.params().get('sort') ?? '';
    const isKnown = ORGANIZATION_SORT_FIELDS.some((field) => field === sort.replace(/^-/, ''));
    return isKnown ? sort : 'organization_id';
  });
  private readonly query = computed(() => ({
    page: this.page(),
    page_size: PAGE_SIZE,
    sort: this.sort(),
    ...(this.search() === '' ? {} : { search: this.search() }),
  }));
  protected readonly list = apiResource(API.organizations, () => ({ query: this.query() }), {
    keepsOld: true,
    reloadOn: ({ type }) => CHANGED.test(type),
    everyMs: 2_000,
  });
  protected readonly total = computed(() => this.list.value()?.total ?? 0);

  protected find(words: string): void {
    this.go({ search: words || null, page: null });
  }

  protected sortBy(field: string): void {
    this.go({ sort: this.sort() === field ? `-${field}` : field, page: null });
  }

  protected orderOf(field: string): 'ascending' | 'descending' | 'none' {
    if (this.sort() === field) return 'ascending';
    return this.sort() === `-${field}` ? 'descending' : 'none';
  }

  protected goToPage(page: number): void {
    this.go({ page: page === 1 ? null : page }, false);
  }

  protected async create(): Promise<void> {
    const created = await this.actions.create();
    if (created) await this.router.navigate(['/organizations', created.organization_id]);
  }

  private go(queryParams: Params, replaceUrl = true): void {
    void this.router.navigate([], { queryParams, queryParamsHandling: 'merge', replaceUrl });
  }
}
