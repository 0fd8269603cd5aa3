import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { isDatabaseUnavailable } from '../../platform/errors/error-translation.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { LastWrites } from '../../platform/process/last-writes.js';
import { Recurring } from '../../platform/process/recurring.js';
import { ApiTokensRepository, type TokenUse } from './api-tokens.repository.js';

const FLUSH_INTERVAL_MS = 1_000;

/** Collects uses of tokens and writes them once a second, so that no request waits for it. */
@Injectable()
export class TokenUses implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private uses = new Map<string, TokenUse>();
  private readonly turns: Recurring;

  constructor(
    private readonly repository: ApiTokensRepository,
    private readonly clock: Clock,
    private readonly lastWrites: LastWrites,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.turns = new Recurring({
      everyMs: FLUSH_INTERVAL_MS,
      work: () => this.write(),
      logger,
      failure: 'uses of API tokens could not be written',
    });
  }

  onApplicationBootstrap(): void {
    this.turns.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.lastWrites.settle(this.turns.stop().then(() => this.write()));
  }

  /** Records that a token was used now. */
  record(tokenId: string, address: string | null): void {
    this.uses.set(tokenId, { tokenId, atMs: this.clock.nowMs(), address });
  }

  private async write(): Promise<void> {
    if (this.uses.size === 0) return;
    const uses = this.uses;
    this.uses = new Map();
    try {
      await this.repository.used([...uses.values()], this.clock.now());
    } catch (error) {
      // Newer uses win. Entries that the database rejects are dropped: it would reject them again.
      if (isDatabaseUnavailable(error)) this.uses = new Map([...uses, ...this.uses]);
      this.logger.debug(`uses of API tokens are waiting: ${(error as Error).message}`);
    }
  }
}
