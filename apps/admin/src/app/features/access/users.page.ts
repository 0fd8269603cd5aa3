import { DecimalPipe } from '@angular/common';
import { Component, computed, inject } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { PAGE_SIZE_MAX, ROLES, type User, type UserListQuery } from '@moolai/contracts';
import { given, injectAddress, oneOf, sortOf, type AddressChange } from '../../core/address';
import { AuthStore } from '../../core/auth/auth.store';
import { Permissions } from '../../core/auth/permissions';
import { ApiClient } from '../../core/http/api-client';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { AxisBadge } from '../../ui/axis-badge';
import { Choice } from '../../ui/choice';
import { Dialogs } from '../../ui/dialogs';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { LoadStateView } from '../../ui/load-state';
import { Moment } from '../../ui/moment';
import { PageHeader } from '../../ui/page-header';
import { Pager } from '../../ui/pager';
import { SearchBox } from '../../ui/search-box';
import { orderOf, SortHead } from '../../ui/sort-head';
import { ChangeRunner } from '../../ui/change-runner';
import { grantableRoles, placesOf, ROLE_LABELS } from './grant';

const PAGE_SIZE = 50;
const SORTS = ['email', 'name', 'role', 'last_login_at', 'created_at'];
const NO_FILTER: AddressChange = { search: null, role: null, organization_id: null, is_active: null };
const ACTIVE = { icon: 'check', label: 'Active', tone: 'good', hint: 'May sign in.' } as const;
const INACTIVE = { icon: 'pause', label: 'Deactivated', tone: 'calm', hint: 'May not sign in.' } as const;

/** Who administrates, with which role and where. */
@Component({
  selector: 'mc-users-page',
  imports: [
    AxisBadge,
    Choice,
    DecimalPipe,
    EmptyState,
    Icon,
    LoadStateView,
    MatButton,
    MatIconButton,
    MatMenu,
    MatMenuItem,
    MatMenuTrigger,
    Moment,
    PageHeader,
    Pager,
    SearchBox,
    SortHead,
  ],
  templateUrl: './users.page.html',
  styleUrl: './access.scss',
})
export class UsersPage {
  private readonly api = inject(ApiClient);
  private readonly dialogs = inject(Dialogs);
  private readonly runner = inject(ChangeRunner);
  private readonly me = inject(AuthStore).user;
  private readonly address = injectAddress();

  protected readonly permissions = inject(Permissions);
  protected readonly pageSize = PAGE_SIZE;
  protected readonly orderOf = orderOf;
  protected readonly roles = ROLES.map((value) => ({ value, label: ROLE_LABELS[value] }));
  protected readonly states = [
    { value: 'true', label: 'Active' },
    { value: 'false', label: 'Deactivated' },
  ];
  protected readonly filter = computed(() => {
    const params = this.address.params();
    const active = oneOf(['true', 'false'] as const, params['is_active']);
    return given({
      search: params['search'] || undefined,
      role: oneOf(ROLES, params['role']),
      organization_id: params['organization_id'] || undefined,
      is_active: active === undefined ? undefined : active === 'true',
    });
  });
  protected readonly sort = computed(() => sortOf(SORTS, this.address.params()['sort'], 'email'));
  private readonly query = computed<UserListQuery>(
    () => ({ ...this.filter(), sort: this.sort(), page: this.address.page(), page_size: PAGE_SIZE }),
    { equal: (a, b) => JSON.stringify(a) === JSON.stringify(b) },
  );
  protected readonly list = apiResource(API.users, () => ({ query: this.query() }), { keepsOld: true });
  private readonly organizationList = apiResource(API.organizations, () => ({
    query: { page_size: PAGE_SIZE_MAX, sort: 'organization_id' },
  }));
  protected readonly organizations = computed(() =>
    (this.organizationList.value()?.items ?? []).map(({ organization_id: value, name }) => ({
      value,
      label: name,
    })),
  );
  protected readonly total = computed(() => this.list.value()?.total ?? 0);
  protected readonly isFiltered = computed(() => Object.keys(this.filter()).length > 0);
  protected readonly rows = computed(() => {
    const grantable = grantableRoles(this.me()?.role);
    return (this.list.value()?.items ?? []).map((user) => ({
      user,
      role: ROLE_LABELS[user.role],
      places: placesOf(user.organization_ids),
      state: user.is_active ? ACTIVE : INACTIVE,
      isSelf: user.user_id === this.me()?.user_id,
      // Whoever has more than oneself is not one's to change.
      canChange: this.permissions.can('users:manage') && grantable.includes(user.role),
    }));
  });

  protected change(change: AddressChange): void {
    this.address.change({ ...change, page: null });
  }

  protected clearFilter(): void {
    this.change(NO_FILTER);
  }

  protected goToPage(page: number): void {
    this.address.change({ page }, { isStep: true });
  }

  protected async edit(user: User | null): Promise<void> {
    const saved = await this.dialogs.open<User>(() => import('./user.dialog').then((m) => m.UserDialog), {
      data: user,
    });
    if (!saved) return;
    this.runner.say(user ? `${saved.email} was changed.` : `${saved.email} was created.`);
    this.list.reload();
  }

  protected async setPassword(user: User): Promise<void> {
    const load = (): Promise<typeof import('./password.dialog').PasswordDialog> =>
      import('./password.dialog').then((m) => m.PasswordDialog);
    const saved = await this.dialogs.open<User>(load, { data: user, width: '440px' });
    if (saved) this.runner.say(`${saved.email} has another password; their sessions ended.`);
  }

  protected async setActive(user: User, isActive: boolean): Promise<void> {
    const isMeant =
      isActive ||
      (await this.dialogs.confirm({
        title: `Deactivate ${user.email}?`,
        meaning:
          'Every session of theirs ends at once, and they cannot sign in until somebody activates them again.',
        label: 'Deactivate',
        isDangerous: true,
      }));
    if (!isMeant) return;
    const call = { path: { id: user.user_id }, body: { is_active: isActive } };
    const done = `${user.email} ${isActive ? 'may sign in again' : 'is deactivated'}.`;
    await this.runner.run(() => this.api.call(API.changeUser, call), done);
    this.list.reload();
  }

  protected async remove(user: User): Promise<void> {
    const isMeant = await this.dialogs.confirm({
      title: `Delete ${user.email}?`,
      meaning: 'Their sessions end at once. What they did stays in the audit. This cannot be undone.',
      label: 'Delete',
      typed: user.email,
      isDangerous: true,
    });
    if (!isMeant) return;
    const call = { path: { id: user.user_id } };
    await this.runner.run(() => this.api.call(API.deleteUser, call), `${user.email} was deleted.`);
    this.list.reload();
  }
}
