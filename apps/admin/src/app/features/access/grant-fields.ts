import { Component, computed, inject, model } from '@angular/core';
import type { FormValueControl } from '@angular/forms/signals';
import { PAGE_SIZE_MAX, type Role } from '@moolai/contracts';
import { AuthStore } from '../../core/auth/auth.store';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { LoadStateView } from '../../ui/load-state';
import { ACCESS_TEXTS } from './access.texts';
import { grantableRoles, ROLE_LABELS, ROLE_MEANINGS, type Grant } from './grant';

/** Asks for a role and its organizations, limited to those of the granting user. */
@Component({
  selector: 'mc-grant-fields',
  imports: [LoadStateView],
  template: `
    <div class="mc-field">
      <label for="grant-role">{{ texts.role }}</label>
      <select
        #role
        id="grant-role"
        class="mc-input"
        aria-describedby="grant-meaning"
        (change)="setRole(role.value)"
      >
        @for (one of roles(); track one) {
          <option [value]="one" [selected]="one === value().role">{{ labels[one] }}</option>
        }
      </select>
      <span class="hint" id="grant-meaning">{{ meanings[value().role] }}</span>
    </div>
    @if (value().role !== 'superadmin') {
      <fieldset>
        <legend>{{ texts.organizations }}</legend>
        <mc-load-state [of]="organizations" [count]="2" />
        @for (one of places(); track one.id) {
          <label class="mc-check">
            <input type="checkbox" [checked]="one.isChosen" (change)="setPlace(one.id, !one.isChosen)" /><span
              >{{ one.name }} <span class="mc-muted mc-mono">{{ one.id }}</span></span
            >
          </label>
        } @empty {
          @if (organizations.value()) {
            <p class="mc-muted">{{ texts.noOrganization }}</p>
          }
        }
      </fieldset>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: 14px;
    }
    fieldset {
      display: grid;
      gap: 8px;
      max-height: 180px;
      margin: 0;
      padding: 8px 12px 12px;
      overflow: auto;
      border: 1px solid var(--mc-line-strong);
      border-radius: 8px;
    }
    legend {
      padding: 0 4px;
      font-size: var(--mc-text-sm);
      font-weight: 550;
    }
  `,
})
export class GrantFields implements FormValueControl<Grant> {
  protected readonly texts = ACCESS_TEXTS.grantFields;

  private readonly me = inject(AuthStore).user;

  readonly value = model.required<Grant>();

  protected readonly labels = ROLE_LABELS;
  protected readonly meanings = ROLE_MEANINGS;
  protected readonly roles = computed(() => grantableRoles(this.me()?.role));
  protected readonly organizations = apiResource(API.listOrganizations, () => ({
    query: { page_size: PAGE_SIZE_MAX, sort: 'organization_id' },
  }));
  protected readonly places = computed(() => {
    const chosen = this.value().organizationIds;
    const known = (this.organizations.value()?.items ?? []).map(({ organization_id: id, name }) => ({
      id,
      name,
    }));
    // Chosen organizations stay visible even if they are not among the first ones.
    const others = chosen.filter((id) => !known.some((one) => one.id === id)).map((id) => ({ id, name: id }));
    return [...known, ...others].map((one) => ({ ...one, isChosen: chosen.includes(one.id) }));
  });

  protected setRole(value: string): void {
    const role = this.roles().find((one) => one === value);
    if (role) this.value.update((grant) => ({ ...grant, role: role satisfies Role }));
  }

  protected setPlace(id: string, isChosen: boolean): void {
    this.value.update(({ role, organizationIds }) => ({
      role,
      organizationIds: isChosen ? [...organizationIds, id] : organizationIds.filter((one) => one !== id),
    }));
  }
}
