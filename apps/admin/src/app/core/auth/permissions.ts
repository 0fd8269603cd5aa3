import { computed, inject, Injectable } from '@angular/core';
import type { Permission } from '@moolai/contracts';
import { AuthStore } from './auth.store';

/** Permissions of the signed-in user. The controller decides; the console only hides what it would refuse. */
@Injectable({ providedIn: 'root' })
export class Permissions {
  private readonly user = inject(AuthStore).user;
  private readonly allowed = computed<ReadonlySet<Permission>>(() => new Set(this.user()?.permissions));

  /** Reactive: templates update when another user signs in. */
  can(permission: Permission): boolean {
    return this.allowed().has(permission);
  }
}
