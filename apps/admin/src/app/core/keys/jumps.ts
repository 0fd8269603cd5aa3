import { computed, inject, Injectable } from '@angular/core';
import type { Permission } from '@moolai/contracts';
import type { IconName } from '../../ui/icon-paths';
import { Permissions } from '../auth/permissions';

/** A page of the console that can be opened from anywhere. */
export interface Jump {
  readonly path: string;
  readonly label: string;
  readonly icon: IconName;
  /** Pressed after `g`. */
  readonly key: string;
  /** Permission needed to see anything there. */
  readonly permission?: Permission;
}

/** The pages in the order of the navigation. */
export const PAGES: readonly Jump[] = [
  { path: '/', label: 'Home', icon: 'home', key: 'h' },
  { path: '/orchestrators', label: 'Orchestrators', icon: 'orchestrators', key: 'o' },
  { path: '/organizations', label: 'Organizations', icon: 'organizations', key: 'g' },
  { path: '/activity', label: 'Activity', icon: 'activity', key: 'a' },
  { path: '/configuration', label: 'Configuration', icon: 'edit', key: 'f' },
  { path: '/messages', label: 'Messages', icon: 'messages', key: 'm' },
  { path: '/recommendations', label: 'Recommendations', icon: 'recommendations', key: 'r' },
  { path: '/costs', label: 'Costs', icon: 'costs', key: 'p' },
];

/** Separate pages. */
export const MORE_PAGES: readonly Jump[] = [
  { path: '/connect', label: 'Connect', icon: 'connect', key: 'c' },
  {
    path: '/enrolment-tokens',
    label: 'Enrolment tokens',
    icon: 'key',
    key: 'e',
    permission: 'orchestrators:manage',
  },
  { path: '/users', label: 'Users', icon: 'account', key: 'u', permission: 'users:manage' },
  { path: '/api-tokens', label: 'API tokens', icon: 'key', key: 't', permission: 'users:manage' },
  { path: '/audit', label: 'Audit', icon: 'clock', key: 'd', permission: 'audit:read' },
  { path: '/backups', label: 'Backups', icon: 'database', key: 'b', permission: 'fleet:manage' },
  { path: '/settings', label: 'Settings', icon: 'settings', key: 's' },
];

/** The pages that the user has permission for. */
@Injectable({ providedIn: 'root' })
export class Jumps {
  private readonly permissions = inject(Permissions);

  readonly pages = computed(() => this.allowed(PAGES));
  readonly morePages = computed(() => this.allowed(MORE_PAGES));
  readonly all = computed(() => [...this.pages(), ...this.morePages()]);

  private allowed(jumps: readonly Jump[]): readonly Jump[] {
    return jumps.filter(({ permission }) => permission === undefined || this.permissions.can(permission));
  }
}
