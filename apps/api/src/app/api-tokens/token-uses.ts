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
import { ApiTokensRepository, type TokenUse } from './api-tokens.repository.js';

const FLUSH_INTERVAL_MS = 1_000;

/** Remembers which tokens are used, and writes it once a second: no request waits for it. */
@Injectable()
export class TokenUses implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private uses = new Map<string, TokenUse>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;

  constructor(
    private readonly repository: ApiTokensRepository,
    private readonly clock: Clock,
    private readonly lastWrites: LastWrites,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.writing ??= this.write().finally(() => (this.writing = undefined));
    }, FLUSH_INTERVAL_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.lastWrites.settle((this.writing ?? Promise.resolve()).then(() => this.write()));
  }

  /** Notes that a token was used now. */
  note(tokenId: string, address: string | null): void {
    this.uses.set(tokenId, { tokenId, atMs: this.clock.nowMs(), address });
  }

  private async write(): Promise<void> {
    if (this.uses.size === 0) return;
    const uses = this.uses;
    this.uses = new Map();
    try {
      await this.repository.used([...uses.values()], this.clock.now());
    } catch (error) {
      // What was noted meanwhile is newer. What is refused for itself would be refused for ever.
      if (isDatabaseUnavailable(error)) this.uses = new Map([...uses, ...this.uses]);
      this.logger.debug(`uses of API tokens wait: ${(error as Error).message}`);
    }
  }
}
