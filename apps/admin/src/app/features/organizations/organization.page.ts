import { DecimalPipe, JsonPipe } from '@angular/common';
import { Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { ORCHESTRATOR_STATUSES } from '@moolai/contracts';
import { Permissions } from '../../core/auth/permissions';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { ActivityList } from '../../ui/activity-list';
import { CodeBlock } from '../../ui/code-block';
import { Icon } from '../../ui/icon';
import { LoadStateView } from '../../ui/load-state';
import { Moment } from '../../ui/moment';
import { STATUS_PRESENTATION } from '../../ui/status-presentation';
import { OrganizationActions } from './organization-actions';
import { ORGANIZATIONS_TEXTS } from './organizations.texts';

const RECENT = 8;

/** One organization: orchestrators by status, independence, settings and contacts. */
@Component({
  selector: 'mc-organization-page',
  imports: [
    ActivityList,
    CodeBlock,
    DecimalPipe,
    Icon,
    JsonPipe,
    LoadStateView,
    MatButton,
    Moment,
    RouterLink,
  ],
  templateUrl: './organization.page.html',
  styleUrl: './organization.page.scss',
})
export class OrganizationPage {
  protected readonly texts = ORGANIZATIONS_TEXTS.organization;

  private readonly actions = inject(OrganizationActions);

  /** From the URL. */
  readonly id = input.required<string>();

  protected readonly permissions = inject(Permissions);
  protected readonly looks = STATUS_PRESENTATION;
  protected readonly statuses = ORCHESTRATOR_STATUSES;
  protected readonly read = apiResource(API.getOrganization, () => ({ path: { id: this.id() } }), {
    reloadOn: ({ organization_id: id, type }) =>
      id === this.id() && (type.startsWith('organization.') || type.startsWith('config.')),
  });
  protected readonly facets = apiResource(
    API.countOrchestrators,
    () => ({ query: { organization_id: this.id() } }),
    {
      reloadOn: ({ organization_id: id, type }) => id === this.id() && !type.startsWith('message.'),
      everyMs: 2_000,
    },
  );
  protected readonly activity = apiResource(
    API.listActivity,
    () => ({ query: { organization_id: this.id(), page_size: RECENT } }),
    { reloadOn: ({ organization_id: id }) => id === this.id(), everyMs: 2_000 },
  );
  protected readonly one = this.read.value;
  protected readonly hasSettings = computed(() => Object.keys(this.one()?.settings ?? {}).length > 0);

  protected edit(): Promise<void> {
    return this.after((one) => this.actions.edit(one));
  }

  protected switchIndependence(): Promise<void> {
    return this.after((one) => this.actions.switchIndependence(one));
  }

  protected deactivate(): Promise<void> {
    return this.after((one) => this.actions.deactivate(one));
  }

  protected reactivate(): Promise<void> {
    return this.after((one) => this.actions.reactivate(one));
  }

  /** Performs an action on the organization, and reloads it if that changed something. */
  private async after(
    act: (one: NonNullable<ReturnType<typeof this.one>>) => Promise<unknown>,
  ): Promise<void> {
    const one = this.one();
    if (!one || !(await act(one))) return;
    this.read.reload();
    this.facets.reload();
  }
}
