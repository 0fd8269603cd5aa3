import { inject, Injectable } from '@angular/core';
import { MatSnackBar } from '@angular/material/snack-bar';
import type { Organization, OrganizationIndependenceResult, SwitchedOrchestrator } from '@moolai/contracts';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { missingPlaces } from '../../core/fleet/independence.store';
import { detailOf, requestIdOf, sentenceFor } from '../../core/http/error-sentences';
import { toRequestFailure, type RequestFailure } from '../../core/http/request-failure';
import { Dialogs } from '../../ui/dialogs';
import { ORGANIZATIONS_TEXTS } from './organizations.texts';

const TEXTS = ORGANIZATIONS_TEXTS.organizationActions;

const TOAST_MS = 8_000;
const PROBLEM_MS = 20_000;
/** Number of concurrent requests of an undo. */
const AT_ONCE = 6;

/** Result of an organization's switch, as text. */
export function switchWords({
  organization_id: id,
  is_independent,
  orchestrators_changed: count,
  persisted,
}: OrganizationIndependenceResult): string {
  return TEXTS.switched(id, is_independent, count) + missingPlaces(persisted);
}

/** Actions on an organization, from the list or its page. Each returns whether something changed. */
@Injectable({ providedIn: 'root' })
export class OrganizationActions {
  private readonly api = inject(ApiClient);
  private readonly dialogs = inject(Dialogs);
  private readonly toasts = inject(MatSnackBar);

  /** Creates an organization. */
  create(): Promise<Organization | undefined> {
    return this.openForm(null);
  }

  /** Changes an organization's description. */
  edit(organization: Organization): Promise<Organization | undefined> {
    return this.openForm(organization);
  }

  /** Switches an organization's independence, after asking for the scope. */
  async switchIndependence(organization: Organization): Promise<boolean> {
    const result = await this.dialogs.open<OrganizationIndependenceResult>(
      () => import('./organization-switch.dialog').then((m) => m.OrganizationSwitchDialog),
      { data: organization },
    );
    if (!result) return false;
    const toast = this.toasts.open(switchWords(result), TEXTS.undo, { duration: TOAST_MS });
    toast.onAction().subscribe(() => void this.undo(result));
    return true;
  }

  /** Restores an organization and the orchestrators switched with it, and shows the result. */
  private async undo(result: OrganizationIndependenceResult): Promise<void> {
    const { organization_id: id, previous, switched } = result;
    try {
      await this.api.call(API.switchOrganizationIndependence, { path: { id }, body: previous });
      const problems = await this.restoreAll(switched);
      const words = TEXTS.switchedBack(id, previous.is_independent, switched.length - problems.length);
      const [first] = problems;
      if (first === undefined) this.toasts.open(words, TEXTS.close, { duration: TOAST_MS });
      else this.complain(TEXTS.someNot(words, problems.length), first);
    } catch (error) {
      this.complain(TEXTS.notUndone(id), toRequestFailure(error));
    }
  }

  /** Returns why some could not be restored. */
  private async restoreAll(switched: SwitchedOrchestrator[]): Promise<RequestFailure[]> {
    const problems: RequestFailure[] = [];
    for (let at = 0; at < switched.length; at += AT_ONCE) {
      const some = switched.slice(at, at + AT_ONCE).map(async ({ orchestrator_id: id, previous: body }) => {
        try {
          await this.api.call(API.switchIndependence, { path: { id }, body });
        } catch (error) {
          problems.push(toRequestFailure(error));
        }
      });
      await Promise.all(some);
    }
    return problems;
  }

  private complain(what: string, failure: RequestFailure): void {
    const requestId = requestIdOf(failure);
    const words = [what, `${sentenceFor(failure).title}.`, detailOf(failure)];
    if (requestId) words.push(TEXTS.requestId(requestId));
    this.toasts.open(words.filter((one) => one !== '').join(' '), TEXTS.close, { duration: PROBLEM_MS });
  }

  /** Deactivates after asking for the id, because all connections of the organization are closed. */
  deactivate({ organization_id: id, orchestrator_count: count }: Organization): Promise<boolean> {
    return this.dialogs.confirm({
      title: TEXTS.confirmDeactivate(id),
      meaning: TEXTS.deactivateAdvice(count),
      label: TEXTS.deactivate,
      typed: id,
      act: () => this.api.call(API.deactivateOrganization, { path: { id } }),
    });
  }

  /** Reactivates a deactivated one. */
  async reactivate({ organization_id: id }: Organization): Promise<boolean> {
    try {
      await this.api.call(API.changeOrganization, { path: { id }, body: { is_active: true } });
      this.toasts.open(TEXTS.reactivated(id), TEXTS.close, {
        duration: TOAST_MS,
      });
      return true;
    } catch (error) {
      this.complain(TEXTS.notReactivated(id), toRequestFailure(error));
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
