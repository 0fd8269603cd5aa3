import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { Passwords } from './passwords.js';
import { UsersRepository } from './users.repository.js';

/** Makes the superadmin of the environment at the first start, and never touches one again. */
@Injectable()
export class SuperadminSeed implements OnModuleInit {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    if ((await this.users.countOf('superadmin')) > 0) return;
    const { email, password } = this.settings.superadmin;
    const passwordHash = await this.passwords.hash(password);
    const created = await this.users.transaction((tx) =>
      tx.create({
        email,
        name: email,
        role: 'superadmin',
        organizationIds: [],
        passwordHash,
        createdBy: 'system',
      }),
    );
    // Another instance may have been faster.
    if (created) this.logger.info({ email }, 'the first superadmin was created');
  }
}
