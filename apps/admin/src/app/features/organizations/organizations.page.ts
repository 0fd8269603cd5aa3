import { DecimalPipe } from '@angular/common';
import { Component, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Router, RouterLink } from '@angular/router';
import { ORGANIZATION_SORT_FIELDS } from '@moolai/contracts';
import { given } from '../../core/address';
import { Permissions } from '../../core/auth/permissions';
import { injectAddressList } from '../../core/http/address-list';
import { API } from '../../core/http/api-operations';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { ListFrame } from '../../ui/list-frame';
import { Moment } from '../../ui/moment';
import { SortHead } from '../../ui/sort-head';
import { OrganizationActions } from './organization-actions';
import { ORGANIZATIONS_TEXTS } from './organizations.texts';

const CHANGED = /^(organization\.|orchestrator\.(created|deleted)|independence\.)/;

/** All organizations, in pages. */
@Component({
  selector: 'mc-organizations-page',
  imports: [DecimalPipe, EmptyState, Icon, ListFrame, MatButton, Moment, RouterLink, SortHead],
  templateUrl: './organizations.page.html',
  styleUrl: './organizations.page.scss',
})
export class OrganizationsPage {
  protected readonly texts = ORGANIZATIONS_TEXTS.page;

  private readonly router = inject(Router);
  private readonly actions = inject(OrganizationActions);

  protected readonly permissions = inject(Permissions);
  protected readonly list = injectAddressList(API.listOrganizations, {
    filters: ['search'],
    filterOf: (params) => given({ search: params['search'] || undefined }),
    order: { by: ORGANIZATION_SORT_FIELDS, usual: 'organization_id' },
    reloadOn: ({ type }) => CHANGED.test(type),
    everyMs: 2_000,
  });

  protected async create(): Promise<void> {
    const created = await this.actions.create();
    if (created) await this.router.navigate(['/organizations', created.organization_id]);
  }
}
