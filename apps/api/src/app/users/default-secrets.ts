import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DEV_PASSWORD, defaultSecretsOf, isReachable } from '../../platform/config/default-secrets.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { Recurring } from '../../platform/process/recurring.js';
import { Passwords } from './passwords.js';
import { UsersRepository } from './users.repository.js';

const WARN_EVERY_MS = 3_600_000;

/** Finds development secrets that are still in use while other machines can reach the controller. */
@Injectable()
export class DefaultSecrets implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly turns: Recurring;
  /** The hash checked last and the result, because hashing is slow. */
  private checked: { hash: string; isDefault: boolean } | undefined;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const failure = 'default secrets could not be checked';
    this.turns = new Recurring({ everyMs: WARN_EVERY_MS, work: () => this.warn(), logger, failure });
  }

  onApplicationBootstrap(): void {
    this.turns.start();
  }

  beforeApplicationShutdown(): void {
    // Not awaited: a silent database would delay the shutdown.
    void this.turns.stop();
  }

  /** Names of the settings with such secrets; empty while only this machine can reach the controller. */
  async reachable(): Promise<string[]> {
    if (!isReachable(this.settings.host)) return [];
    const names = defaultSecretsOf(this.settings);
    return (await this.hasDefaultPassword()) ? [...names, 'SUPERADMIN_PASSWORD'] : names;
  }

  /** Logs a warning while there are such secrets. Never rejects. */
  async warn(): Promise<string[]> {
    try {
      const names = await this.reachable();
      if (names.length > 0) {
        this.logger.warn(
          { settings: names },
          'well-known secrets protect a controller that other machines can reach',
        );
      }
      return names;
    } catch (error) {
      this.logger.warn(`default secrets could not be checked: ${(error as Error).message}`);
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
