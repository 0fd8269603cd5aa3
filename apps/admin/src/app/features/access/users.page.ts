import { Component, computed, inject } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { ROLES, type User } from '@moolai/contracts';
import { given, oneOf } from '../../core/address';
import { AuthStore } from '../../core/auth/auth.store';
import { Permissions } from '../../core/auth/permissions';
import { injectOrganizationChoices } from '../../core/fleet/organization-choices';
import { injectAddressList } from '../../core/http/address-list';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { AxisBadge } from '../../ui/axis-badge';
import { Choice } from '../../ui/choice';
import { Dialogs } from '../../ui/dialogs';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { ListFrame } from '../../ui/list-frame';
import { Moment } from '../../ui/moment';
import { SortHead } from '../../ui/sort-head';
import { ChangeRunner } from '../../ui/change-runner';
import { ACCESS_TEXTS } from './access.texts';
import { grantableRoles, placesOf, ROLE_LABELS } from './grant';

const TEXTS = ACCESS_TEXTS.users;

const SORTS = ['email', 'name', 'role', 'last_login_at', 'created_at'];
const ACTIVE = { icon: 'check', label: TEXTS.active, tone: 'good', hint: TEXTS.activeHint } as const;
const INACTIVE = {
  icon: 'pause',
  label: TEXTS.deactivated,
  tone: 'calm',
  hint: TEXTS.deactivatedHint,
} as const;

/** Users with their roles and organizations. */
@Component({
  selector: 'mc-users-page',
  imports: [
    AxisBadge,
    Choice,
    EmptyState,
    Icon,
    ListFrame,
    MatButton,
    MatIconButton,
    MatMenu,
    MatMenuItem,
    MatMenuTrigger,
    Moment,
    SortHead,
  ],
  templateUrl: './users.page.html',
  styleUrl: './access.scss',
})
export class UsersPage {
  protected readonly texts = TEXTS;

  private readonly api = inject(ApiClient);
  private readonly dialogs = inject(Dialogs);
  private readonly runner = inject(ChangeRunner);
  private readonly me = inject(AuthStore).user;

  protected readonly permissions = inject(Permissions);
  protected readonly roles = ROLES.map((value) => ({ value, label: ROLE_LABELS[value] }));
  protected readonly states = [
    { value: 'true', label: TEXTS.active },
    { value: 'false', label: TEXTS.deactivated },
  ];
  protected readonly list = injectAddressList(API.listUsers, {
    filters: ['search', 'role', 'organization_id', 'is_active'],
    filterOf: (params) => {
      const active = oneOf(['true', 'false'] as const, params['is_active']);
      return given({
        search: params['search'] || undefined,
        role: oneOf(ROLES, params['role']),
        organization_id: params['organization_id'] || undefined,
        is_active: active === undefined ? undefined : active === 'true',
      });
    },
    order: { by: SORTS, usual: 'email' },
  });
  protected readonly organizations = injectOrganizationChoices();
  protected readonly rows = computed(() => {
    const grantable = grantableRoles(this.me()?.role);
    return this.list.items().map((user) => ({
      user,
      role: ROLE_LABELS[user.role],
      places: placesOf(user.organization_ids),
      state: user.is_active ? ACTIVE : INACTIVE,
      isSelf: user.user_id === this.me()?.user_id,
      // Users with a higher role cannot be changed.
      canChange: this.permissions.can('users:manage') && grantable.includes(user.role),
    }));
  });

  protected async edit(user: User | null): Promise<void> {
    const saved = await this.dialogs.open<User>(() => import('./user.dialog').then((m) => m.UserDialog), {
      data: user,
    });
    if (!saved) return;
    this.runner.say(user ? TEXTS.changed(saved.email) : TEXTS.created(saved.email));
    this.list.reload();
  }

  protected async setPassword(user: User): Promise<void> {
    const load = (): Promise<typeof import('./password.dialog').PasswordDialog> =>
      import('./password.dialog').then((m) => m.PasswordDialog);
    const saved = await this.dialogs.open<User>(load, { data: user, width: '440px' });
    if (saved) this.runner.say(TEXTS.passwordChanged(saved.email));
  }

  protected async setActive(user: User, isActive: boolean): Promise<void> {
    const isMeant =
      isActive ||
      (await this.dialogs.confirm({
        title: TEXTS.confirmDeactivate(user.email),
        meaning: TEXTS.deactivateAdvice,
        label: TEXTS.deactivate,
        isDangerous: true,
      }));
    if (!isMeant) return;
    const call = { path: { id: user.user_id }, body: { is_active: isActive } };
    const done = isActive ? TEXTS.canSignInAgain(user.email) : TEXTS.isDeactivated(user.email);
    await this.runner.run(() => this.api.call(API.changeUser, call), done);
    this.list.reload();
  }

  protected async remove(user: User): Promise<void> {
    const isMeant = await this.dialogs.confirm({
      title: TEXTS.confirmDelete(user.email),
      meaning: TEXTS.deleteAdvice,
      label: TEXTS.delete,
      typed: user.email,
      isDangerous: true,
    });
    if (!isMeant) return;
    const call = { path: { id: user.user_id } };
    await this.runner.run(() => this.api.call(API.deleteUser, call), TEXTS.deleted(user.email));
    this.list.reload();
  }
}
