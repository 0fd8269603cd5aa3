import type { Actor } from '../../platform/access/principal.js';
import { ALL_ORGANIZATIONS } from '../../platform/access/scope.js';
import type { AuditTrail } from '../audit/index.js';
import type { Passwords } from './passwords.js';
import { userChange } from './user-audit.js';
import type { UserEntity } from './user.entity.js';
import type { UsersRepository } from './users.repository.js';

/** Sets passwords without the current one, for operators with access to the machine. */
export class PasswordReset {
  constructor(
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Sets the password of the user with this address and ends their sessions.
   * @returns undefined if there is none
   */
  async set(email: string, password: string, actor: Actor): Promise<UserEntity | undefined> {
    const user = await this.users.findByEmail(email);
    if (!user) return undefined;
    const passwordHash = await this.passwords.hash(password);
    return this.users.transaction(async (tx) => {
      const before = await tx.find(user.userId, ALL_ORGANIZATIONS);
      if (!before) return undefined;
      const row = await tx.change(user.userId, { passwordHash });
      await tx.endSessions(user.userId, 'password_changed');
      await this.audit.record(userChange('user.password_changed', actor, before, row), tx.manager);
      return row;
    });
  }
}
