import { Injectable } from '@nestjs/common';
import type { Role } from '@moolai/contracts';
import type { UserListQueryDto } from '@moolai/dtos';
import { DataSource, type EntityManager, type SelectQueryBuilder } from 'typeorm';
import type { Scope } from '../../platform/access/scope.js';
import { containsPattern, sortBy } from '../../platform/database/list-sql.js';
import { UserEntity } from './user.entity.js';

/** Fields to create or change a user. */
export type UserFields = Partial<
  Pick<
    UserEntity,
    'email' | 'name' | 'role' | 'organizationIds' | 'isActive' | 'passwordHash' | 'oidcSubject' | 'createdBy'
  >
>;

/** An admin of some organizations manages the users whose role applies nowhere else. */
function restrictUsers(builder: SelectQueryBuilder<UserEntity>, scope: Scope): void {
  if (scope === null) return;
  builder.andWhere(`u.role <> 'superadmin' AND u.organizationIds <@ :scope::varchar[]`, { scope });
}

/** SQL of one transaction on users. */
export class UsersTransaction {
  constructor(readonly manager: EntityManager) {}

  /** Locks and returns a user. */
  async find(userId: string, scope: Scope): Promise<UserEntity | null> {
    const builder = this.manager.getRepository(UserEntity).createQueryBuilder('u');
    restrictUsers(builder, scope);
    return builder.andWhere('u.userId = :userId', { userId }).setLock('pessimistic_write').getOne();
  }

  /**
   * Locks the active superadmins, so that two requests cannot remove the last two of them at once. Call it before
   * locking a row, to avoid a deadlock.
   */
  async superadminIds(): Promise<string[]> {
    const rows = await this.manager.query<{ user_id: string }[]>(
      `SELECT user_id FROM users WHERE role = 'superadmin' AND is_active ORDER BY user_id FOR UPDATE`,
    );
    return rows.map((row) => row.user_id);
  }

  /** Stores a new user; undefined if the e-mail address exists. */
  async create(fields: UserFields): Promise<UserEntity | undefined> {
    const { email, name, role, organizationIds, passwordHash, oidcSubject, createdBy } = fields;
    const [row] = await this.manager.query<{ user_id: string }[]>(
      `INSERT INTO users (email, name, role, organization_ids, password_hash, oidc_subject, created_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (lower(email)) DO NOTHING RETURNING user_id`,
      [email, name, role, organizationIds, passwordHash ?? null, oidcSubject ?? null, createdBy ?? null],
    );
    return row && this.read(row.user_id);
  }

  async change(userId: string, fields: UserFields): Promise<UserEntity> {
    await this.manager.getRepository(UserEntity).update({ userId }, { ...fields, updatedAt: () => 'now()' });
    return this.read(userId);
  }

  /** Ends the sessions of a user, with one exception. */
  async endSessions(userId: string, reason: string, exceptSessionId: string | null = null): Promise<void> {
    await this.manager.query(
      `UPDATE sessions SET ended_at = now(), end_reason = $2
       WHERE user_id = $1 AND ended_at IS NULL AND session_id IS DISTINCT FROM $3`,
      [userId, reason, exceptSessionId],
    );
  }

  async remove(userId: string): Promise<void> {
    await this.manager.getRepository(UserEntity).delete({ userId });
  }

  private read(userId: string): Promise<UserEntity> {
    return this.manager.getRepository(UserEntity).findOneByOrFail({ userId });
  }
}

/** SQL of users. */
@Injectable()
export class UsersRepository {
  constructor(private readonly dataSource: DataSource) {}

  transaction<T>(work: (tx: UsersTransaction) => Promise<T>): Promise<T> {
    return this.dataSource.transaction((manager) => work(new UsersTransaction(manager)));
  }

  /** Returns one page, and the total number of matches. */
  async list(query: UserListQueryDto, scope: Scope): Promise<{ rows: UserEntity[]; total: number }> {
    const builder = this.dataSource.getRepository(UserEntity).createQueryBuilder('u');
    restrictUsers(builder, scope);
    if (query.role !== undefined) builder.andWhere('u.role = :role', { role: query.role });
    if (query.is_active !== undefined) {
      builder.andWhere('u.isActive = :isActive', { isActive: query.is_active });
    }
    if (query.organization_id !== undefined) {
      builder.andWhere(':organizationId = ANY(u.organizationIds)', { organizationId: query.organization_id });
    }
    if (query.search) {
      builder.andWhere('(u.email ILIKE :search OR u.name ILIKE :search)', {
        search: containsPattern(query.search),
      });
    }
    sortBy(builder, query.sort, 'userId');
    builder.skip((query.page - 1) * query.page_size).take(query.page_size);
    const [rows, total] = await builder.getManyAndCount();
    return { rows, total };
  }

  async find(userId: string, scope: Scope): Promise<UserEntity | null> {
    const builder = this.dataSource.getRepository(UserEntity).createQueryBuilder('u');
    restrictUsers(builder, scope);
    return builder.andWhere('u.userId = :userId', { userId }).getOne();
  }

  /** The user with this e-mail address, in any case. */
  async findByEmail(email: string): Promise<UserEntity | null> {
    return this.dataSource
      .getRepository(UserEntity)
      .createQueryBuilder('u')
      .where('lower(u.email) = lower(:email)', { email })
      .getOne();
  }

  /** Number of users with a role, active or not. */
  async countOf(role: Role): Promise<number> {
    return this.dataSource.getRepository(UserEntity).countBy({ role });
  }

  async findByOidcSubject(oidcSubject: string): Promise<UserEntity | null> {
    return this.dataSource.getRepository(UserEntity).findOneBy({ oidcSubject });
  }
}
