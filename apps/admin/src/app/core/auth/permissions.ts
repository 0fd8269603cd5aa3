import { computed, inject, Injectable } from '@angular/core';
import type { Role } from '@moolai/contracts';
import { AuthStore } from './auth.store';

/** What one can be allowed to do. The controller decides; the console only hides what it would refuse. */
export const PERMISSIONS = [
  'orchestrators.create',
  'orchestrators.change',
  'orchestrators.remove',
  'independence.switch',
  'messages.send',
  'messages.cancel',
  'recommendations.decide',
  'organizations.create',
  'organizations.change',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const OPERATOR: readonly Permission[] = [
  'independence.switch',
  'messages.send',
  'messages.cancel',
  'recommendations.decide',
];

/** What each role may do; everyone may look. */
const PERMISSIONS_OF: Readonly<Record<Role, readonly Permission[]>> = {
  superadmin: PERMISSIONS,
  admin: PERMISSIONS,
  operator: OPERATOR,
  viewer: [],
};

/** Knows what the signed-in person may do. */
@Injectable({ providedIn: 'root' })
export class Permissions {
  private readonly user = inject(AuthStore).user;
  private readonly allowed = computed<ReadonlySet<Permission>>(() => {
    const user = this.user();
    return new Set(user ? PERMISSIONS_OF[user.role] : []);
  });

  /** Reactive: a template that asks is drawn anew when another person signs in. */
  can(permission: Permission): boolean {
    return this.allowed().has(permission);
  }
}
