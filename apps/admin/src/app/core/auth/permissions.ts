import { computed, inject, Injectable } from '@angular/core';
import type { Permission } from '@moolai/contracts';
import { AuthStore } from './auth.store';

/**
 * Knows what the signed-in person may do. The controller decides; the console only hides what it would
 * refuse.
 */
@Injectable({ providedIn: 'root' })
export class Permissions {
  private readonly user = inject(AuthStore).user;
  private readonly allowed = computed<ReadonlySet<Permission>>(() => new Set(this.user()?.permissions));

  /** Reactive: a template that asks is drawn anew when another person signs in. */
  can(permission: Permission): boolean {
    return this.allowed().has(permission);
  }
}
