import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { systemActor } from '../../platform/access/principal.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { newPassword } from '../../platform/secrets/new-password.js';
import { AuditTrail } from '../audit/index.js';
import { Passwords } from './passwords.js';
import { userChange } from './user-audit.js';
import { UsersRepository } from './users.repository.js';

/** Creates the superadmin of the environment at the first start, and never changes one later. */
@Injectable()
export class SuperadminSeed implements OnModuleInit {
  /** The superadmin's password, if this start generated it. */
  madePassword: string | undefined;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly audit: AuditTrail,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    if ((await this.users.countOf('superadmin')) > 0) return;
    const { email, password: given } = this.settings.superadmin;
    const password = given ?? newPassword();
    const passwordHash = await this.passwords.hash(password);
    const created = await this.users.transaction(async (tx) => {
      const row = await tx.create({
        email,
        name: email,
        role: 'superadmin',
        organizationIds: [],
        passwordHash,
        createdBy: 'system',
      });
      if (row) await this.audit.record(userChange('user.created', systemActor(), null, row), tx.manager);
      return row;
    });
    if (created) {
      if (given === undefined) this.madePassword = password;
      this.logger.info({ email }, 'the first superadmin was created');
    }
    // Another instance may have been faster, or the address belongs to another user.
    else if ((await this.users.countOf('superadmin')) === 0) {
      this.logger.warn(
        { email },
        'there is no superadmin, and SUPERADMIN_EMAIL is the address of another user',
      );
    }
  }
}
