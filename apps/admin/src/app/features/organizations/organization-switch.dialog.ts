import { DecimalPipe } from '@angular/common';
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

/** Switches an organization's independence: for orchestrators that register later, and optionally for existing ones. */
@Component({
  selector: 'mc-organization-switch-dialog',
  imports: [DecimalPipe, FormDialog, FormField, LeaseFields],
  template: `
    <mc-form-dialog
      [of]="form"
      [heading]="'Make ' + organization.organization_id + (wanted ? ' independent' : ' managed')"
      [label]="wanted ? 'Make independent' : 'Make managed'"
      [action]="save"
      [isGuarded]="false"
    >
      <p class="mc-muted">
        @if (wanted) {
          Orchestrators that register later in this organization start independent.
        } @else {
          Orchestrators that register later in this organization start managed.
        }
      </p>
      @if (wanted) {
        <mc-lease-fields [formField]="form.lease" />
      }
      <label class="mc-check">
        <input type="checkbox" [formField]="form.apply_to_existing" />
        <span>
          Also switch existing orchestrators
          <span class="mc-muted">
            @if (concerned(); as count) {
              ({{ count.text }}: {{ count.number | number }})
            }
          </span>
        </span>
      </label>
    </mc-form-dialog>
  `,
})
export class OrganizationSwitchDialog {
  private readonly api = inject(ApiClient);

  protected readonly organization = inject<Organization>(MAT_DIALOG_DATA);
  protected readonly wanted = !this.organization.is_independent;
  private readonly values = signal<{ lease: Lease; apply_to_existing: boolean }>({
    lease: {},
    apply_to_existing: false,
  });
  protected readonly form = form(this.values);
  private readonly facets = apiResource(API.orchestratorFacets, () => ({
    query: { organization_id: this.organization.organization_id },
  }));
  /** Estimated number of switched orchestrators. */
  protected readonly concerned = computed(() => {
    const counts = this.facets.value();
    if (!counts) return null;
    const { independent } = counts.statuses;
    return this.wanted
      ? { text: 'currently managed', number: counts.total - independent }
      : { text: 'currently independent; individually switched ones stay independent', number: independent };
  });

  protected readonly save = (): Promise<OrganizationIndependenceResult> => {
    const { lease, apply_to_existing } = this.values();
    const path = { id: this.organization.organization_id };
    const body = { is_independent: this.wanted, apply_to_existing, ...(this.wanted ? lease : {}) };
    return this.api.call(API.switchOrganization, { path, body });
  };
}
