import { inject, Injectable } from '@angular/core';
import { MatSnackBar } from '@angular/material/snack-bar';
import type { Organization, OrganizationIndependenceResult } from '@moolai/contracts';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { missingPlaces } from '../../core/fleet/independence.store';
import { detailOf, requestIdOf, sentenceFor } from '../../core/http/error-sentences';
import { toRequestFailure } from '../../core/http/request-failure';
import { Dialogs } from '../../ui/dialogs';

const TOAST_MS = 8_000;
const PROBLEM_MS = 20_000;

/** What a switch of an organization did, in words. */
export function switchWords({
  organization_id: id,
  is_independent,
  orchestrators_changed: count,
  persisted,
}: OrganizationIndependenceResult): string {
  const state = is_independent ? 'independent now' : 'managed again';
  const orchestrators =
    count === 1 ? '1 orchestrator was' : `${count.toLocaleString('en')} orchestrators were`;
  return `${id} is ${state}; ${orchestrators} switched.${missingPlaces(persisted)}`;
}

/** What can be done with an organization, from its list or its page. Each says whether something changed. */
@Injectable({ providedIn: 'root' })
export class OrganizationActions {
  private readonly api = inject(ApiClient);
  private readonly dialogs = inject(Dialogs);
  private readonly toasts = inject(MatSnackBar);

  /** Creates an organization. */
  create(): Promise<Organization | undefined> {
    return this.openForm(null);
  }

  /** Changes what is said of an organization. */
  edit(organization: Organization): Promise<Organization | undefined> {
    return this.openForm(organization);
  }

  /** Switches the independence of an organization, after asking whom it concerns. */
  async switchIndependence(organization: Organization): Promise<boolean> {
    const result = await this.dialogs.open<OrganizationIndependenceResult>(
      () => import('./organization-switch.dialog').then((m) => m.OrganizationSwitchDialog),
      { data: organization },
    );
    if (!result) return false;
    this.toasts.open(switchWords(result), 'Dismiss', { duration: TOAST_MS });
    return true;
  }

  /** Deactivates after asking for the id: every connection of the organization is closed. */
  deactivate({ organization_id: id, orchestrator_count: count }: Organization): Promise<boolean> {
    return this.dialogs.confirm({
      title: `Deactivate ${id}`,
      meaning: `The connections of its ${count.toLocaleString('en')} orchestrators are closed, and none of them may register until it is active again. Nothing is deleted.`,
      label: 'Deactivate',
      typed: id,
      act: () => this.api.call(API.deactivateOrganization, { path: { id } }),
    });
  }

  /** Brings a deactivated one back. */
  async reactivate({ organization_id: id }: Organization): Promise<boolean> {
    try {
      await this.api.call(API.changeOrganization, { path: { id }, body: { is_active: true } });
      this.toasts.open(`${id} is active again; its orchestrators may register.`, 'Dismiss', {
        duration: TOAST_MS,
      });
      return true;
    } catch (error) {
      const failure = toRequestFailure(error);
      const requestId = requestIdOf(failure);
      const words = [`${id} could not be reactivated: ${sentenceFor(failure).title}.`, detailOf(failure)];
      if (requestId) words.push(`Request id ${requestId}`);
      this.toasts.open(words.join(' '), 'Dismiss', { duration: PROBLEM_MS });
      return false;
    }
  }

  private openForm(organization: Organization | null): Promise<Organization | undefined> {
    return this.dialogs.open<Organization>(
      () => import('./organization-form.dialog').then((m) => m.OrganizationFormDialog),
      { data: organization },
    );
  }
}
