import { Inject, Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { DEV_PASSWORD, defaultSecretsOf, isReachable } from '../../platform/config/default-secrets.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { Passwords } from './passwords.js';
import { UsersRepository } from './users.repository.js';

const WARN_EVERY_MS = 3_600_000;

/** Knows which secrets are still those of development while other machines can reach the controller. */
@Injectable()
export class DefaultSecrets {
  /** The hash that was looked at last, and what came of it: hashing takes its time. */
  private checked: { hash: string; isDefault: boolean } | undefined;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Names of the settings that these secrets belong to; none while only this machine can reach the controller. */
  async reachable(): Promise<string[]> {
    if (!isReachable(this.settings.host)) return [];
    const names = defaultSecretsOf(this.settings);
    return (await this.hasDefaultPassword()) ? [...names, 'SUPERADMIN_PASSWORD'] : names;
  }

  /** Writes a line of the log for as long as there is one, and never rejects. */
  @Interval(WARN_EVERY_MS)
  async warn(): Promise<string[]> {
    try {
      const names = await this.reachable();
      if (names.length > 0) {
        this.logger.warn(
          { settings: names },
          'secrets that everybody knows protect what other machines can reach',
        );
      }
      return names;
    } catch (error) {
      this.logger.warn(`default secrets not looked for: ${(error as Error).message}`);
      return [];
    }
  }

  private async hasDefaultPassword(): Promise<boolean> {
    const superadmin = await this.users.findByEmail(this.settings.superadmin.email);
    const hash = superadmin?.isActive ? superadmin.passwordHash : null;
    if (hash === null || hash === undefined) return false;
    if (this.checked?.hash !== hash) {
      this.checked = { hash, isDefault: await this.passwords.matches(DEV_PASSWORD, hash) };
    }
    return this.checked.isDefault;
  }
}
