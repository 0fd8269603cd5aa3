import { Component, computed, inject, signal } from '@angular/core';
import { form, FormField } from '@angular/forms/signals';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import type { Organization, OrganizationIndependenceResult } from '@moolai/contracts';
import type { Lease } from '../../core/fleet/independence.store';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { FormDialog } from '../../ui/form-dialog';
import { LeaseFields } from '../../ui/lease-fields';
import { ORGANIZATIONS_TEXTS } from './organizations.texts';

const TEXTS = ORGANIZATIONS_TEXTS.switchDialog;

/** Switches an organization's independence: for orchestrators that register later, and optionally for existing ones. */
@Component({
  selector: 'mc-organization-switch-dialog',
  imports: [FormDialog, FormField, LeaseFields],
  template: `
    <mc-form-dialog
      [of]="form"
      [heading]="heading"
      [label]="wanted ? texts.makeIndependent : texts.makeManaged"
      [action]="save"
      [isGuarded]="false"
    >
      <p class="mc-muted">{{ wanted ? texts.independentMeaning : texts.managedMeaning }}</p>
      @if (wanted) {
        <mc-lease-fields [formField]="form.lease" />
      }
      <label class="mc-check">
        <input type="checkbox" [formField]="form.apply_to_existing" />
        <span>
          {{ texts.switchExisting }}
          <span class="mc-muted">{{ concerned() }}</span>
        </span>
      </label>
    </mc-form-dialog>
  `,
})
export class OrganizationSwitchDialog {
  protected readonly texts = TEXTS;

  private readonly api = inject(ApiClient);

  protected readonly organization = inject<Organization>(MAT_DIALOG_DATA);
  protected readonly wanted = !this.organization.is_independent;
  protected readonly heading = this.wanted
    ? TEXTS.independentHeading(this.organization.organization_id)
    : TEXTS.managedHeading(this.organization.organization_id);
  private readonly values = signal<{ lease: Lease; apply_to_existing: boolean }>({
    lease: {},
    apply_to_existing: false,
  });
  protected readonly form = form(this.values);
  private readonly facets = apiResource(API.countOrchestrators, () => ({
    query: { organization_id: this.organization.organization_id },
  }));
  /** Estimated number of orchestrators to switch, in words. */
  protected readonly concerned = computed(() => {
    const counts = this.facets.value();
    if (!counts) return '';
    const { independent } = counts.statuses;
    return this.wanted
      ? TEXTS.currentlyManaged(counts.total - independent)
      : TEXTS.currentlyIndependent(independent);
  });

  protected readonly save = (): Promise<OrganizationIndependenceResult> => {
    const { lease, apply_to_existing } = this.values();
    const path = { id: this.organization.organization_id };
    const body = { is_independent: this.wanted, apply_to_existing, ...(this.wanted ? lease : {}) };
    return this.api.call(API.switchOrganizationIndependence, { path, body });
  };
}
