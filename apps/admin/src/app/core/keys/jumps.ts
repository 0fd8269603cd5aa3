import { computed, inject, Injectable } from '@angular/core';
import type { Permission } from '@moolai/contracts';
import type { IconName } from '../../ui/icon-paths';
import { Permissions } from '../auth/permissions';
import { CORE_TEXTS } from '../core.texts';

const TEXTS = CORE_TEXTS.pages;

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
  { path: '/', label: TEXTS.home, icon: 'home', key: 'h' },
  { path: '/orchestrators', label: TEXTS.orchestrators, icon: 'orchestrators', key: 'o' },
  { path: '/organizations', label: TEXTS.organizations, icon: 'organizations', key: 'g' },
  { path: '/activity', label: TEXTS.activity, icon: 'activity', key: 'a' },
  { path: '/configuration', label: TEXTS.configuration, icon: 'edit', key: 'f' },
  { path: '/messages', label: TEXTS.messages, icon: 'messages', key: 'm' },
  { path: '/recommendations', label: TEXTS.recommendations, icon: 'recommendations', key: 'r' },
  { path: '/costs', label: TEXTS.costs, icon: 'costs', key: 'p' },
];

/** Separate pages. */
export const MORE_PAGES: readonly Jump[] = [
  { path: '/connect', label: TEXTS.connect, icon: 'connect', key: 'c' },
  {
    path: '/enrolment-tokens',
    label: TEXTS.enrolmentTokens,
    icon: 'key',
    key: 'e',
    permission: 'orchestrators:manage',
  },
  { path: '/users', label: TEXTS.users, icon: 'account', key: 'u', permission: 'users:manage' },
  { path: '/api-tokens', label: TEXTS.apiTokens, icon: 'key', key: 't', permission: 'users:manage' },
  { path: '/audit', label: TEXTS.audit, icon: 'clock', key: 'd', permission: 'audit:read' },
  { path: '/backups', label: TEXTS.backups, icon: 'database', key: 'b', permission: 'fleet:manage' },
  { path: '/instances', label: TEXTS.instances, icon: 'system', key: 'i', permission: 'fleet:manage' },
  { path: '/settings', label: TEXTS.settings, icon: 'settings', key: 's' },
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
