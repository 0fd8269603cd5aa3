import { Injectable } from '@nestjs/common';
import type { ChangeUserRequest, CreateUserRequest, Page, User } from '@moolai/contracts';
import type { UserListQueryDto } from '@moolai/dtos';
import { AccessWatch } from '../../platform/access/access-watch.js';
import type { Principal } from '../../platform/access/principal.js';
import type { Scope } from '../../platform/access/scope.js';
import { AppError, NotFoundError } from '../../platform/errors/app-error.js';
import { AuditTrail } from '../audit/index.js';
import { GrantsService } from './grants.service.js';
import { Passwords } from './passwords.js';
import { userChange } from './user-audit.js';
import type { UserEntity } from './user.entity.js';
import { toUser } from './user.mapper.js';
import { UsersRepository, type UserFields, type UsersTransaction } from './users.repository.js';

/** Administration of users, within the administrator's organizations and up to their own role. */
@Injectable()
export class UsersService {
  constructor(
    private readonly repository: UsersRepository,
    private readonly grants: GrantsService,
    private readonly passwords: Passwords,
    private readonly audit: AuditTrail,
    private readonly watch: AccessWatch,
  ) {}

  async list(query: UserListQueryDto, scope: Scope): Promise<Page<User>> {
    const { rows, total } = await this.repository.list(query, scope);
    return { items: rows.map(toUser), total, page: query.page, page_size: query.page_size };
  }

  /** @throws NotFoundError */
  async get(userId: string, scope: Scope): Promise<User> {
    const row = await this.repository.find(userId, scope);
    if (!row) throw new NotFoundError('user', userId);
    return toUser(row);
  }

  /**
   * @throws AppError `conflict` if the e-mail address is taken, `forbidden` or `validation_error` for a role that the
   * principal cannot grant
   */
  async create(request: CreateUserRequest, principal: Principal): Promise<User> {
    const { email, name = email, role, organization_ids, password } = request;
    const { organizationIds } = await this.grants.check(principal, role, organization_ids);
    const passwordHash = password === undefined ? null : await this.passwords.hash(password);
    return this.repository.transaction(async (tx) => {
      const fields = { email, name, role, organizationIds, passwordHash, createdBy: principal.name };
      const row = await tx.create(fields);
      if (!row) throw new AppError('conflict', `There is a user with the address "${email}" already.`);
      await this.audit.record(userChange('user.created', principal, null, row), tx.manager);
      return toUser(row);
    });
  }

  /**
   * Changes the given fields. A loss of rights applies to the user's very next request; a new password ends their
   * sessions.
   * @throws NotFoundError
   * @throws AppError `conflict` for oneself, or for the last superadmin
   */
  async change(userId: string, request: ChangeUserRequest, principal: Principal): Promise<User> {
    const { password } = request;
    const passwordHash = password === undefined ? undefined : await this.passwords.hash(password);
    const present = await this.repository.find(userId, principal.scope);
    if (!present) throw new NotFoundError('user', userId);
    const fields = await this.changedFields(present, request, principal);
    const user = await this.repository.transaction(async (tx) => {
      const superadminIds = await tx.superadminIds();
      const before = await this.locked(tx, userId, principal);
      assertFleetStaysManaged(before, fields, superadminIds, principal);
      const row = await tx.change(userId, {
        ...fields,
        ...(passwordHash === undefined ? {} : { passwordHash }),
      });
      if (passwordHash !== undefined) await tx.endSessions(userId, 'password_changed');
      if (fields.isActive === false) await tx.endSessions(userId, 'deactivated');
      await this.audit.record(userChange('user.changed', principal, before, row), tx.manager);
      return toUser(row);
    });
    // The database also announces it to every instance, but slightly later.
    this.watch.announce({ kind: 'user', id: userId });
    return user;
  }

  /** @throws NotFoundError @throws AppError `conflict` for oneself, or for the last superadmin */
  async remove(userId: string, principal: Principal): Promise<User> {
    const user = await this.repository.transaction(async (tx) => {
      const superadminIds = await tx.superadminIds();
      const before = await this.locked(tx, userId, principal);
      assertFleetStaysManaged(before, { isActive: false }, superadminIds, principal);
      await tx.remove(userId);
      await this.audit.record(userChange('user.deleted', principal, before, null), tx.manager);
      return toUser(before);
    });
    this.watch.announce({ kind: 'user', id: userId });
    return user;
  }

  private async locked(tx: UsersTransaction, userId: string, principal: Principal): Promise<UserEntity> {
    const row = await tx.find(userId, principal.scope);
    if (!row) throw new NotFoundError('user', userId);
    return row;
  }

  private async changedFields(
    present: UserEntity,
    request: ChangeUserRequest,
    principal: Principal,
  ): Promise<UserFields> {
    const { name, role, organization_ids, is_active } = request;
    const fields: UserFields = {
      ...(name === undefined ? {} : { name }),
      ...(is_active === undefined ? {} : { isActive: is_active }),
    };
    if (role === undefined && organization_ids === undefined) return fields;
    const wantedRole = role ?? present.role;
    // A superadmin has no list of organizations.
    const wantedIds = organization_ids ?? (wantedRole === 'superadmin' ? [] : undefined);
    await this.grants.check(principal, wantedRole, wantedIds ?? present.organizationIds);
    // Absent fields keep their current values, not the ones read here.
    return {
      ...fields,
      ...(role === undefined ? {} : { role }),
      ...(wantedIds === undefined ? {} : { organizationIds: wantedIds }),
    };
  }
}

/** Prevents users from locking themselves out, and keeps one superadmin. */
function assertFleetStaysManaged(
  { userId, role, isActive }: UserEntity,
  fields: UserFields,
  superadminIds: string[],
  principal: Principal,
): void {
  const loses = fields.isActive === false || (fields.role !== undefined && fields.role !== role);
  if (!loses) return;
  if (principal.kind === 'user' && principal.id === userId) {
    throw new AppError(
      'conflict',
      'You cannot change your own role or remove your own account; ask another administrator.',
    );
  }
  const isLast = role === 'superadmin' && isActive && superadminIds.every((id) => id === userId);
  if (isLast) throw new AppError('conflict', 'This is the last superadmin; create another one first.');
}
