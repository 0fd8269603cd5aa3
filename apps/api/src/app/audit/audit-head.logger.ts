import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { LastWrites } from '../../platform/process/last-writes.js';
import { Recurring } from '../../platform/process/recurring.js';
import { AuditRepository } from './audit.repository.js';

const EVERY_MS = 3_600_000;

/**
 * Logs the head of the chain at start, at shutdown and every hour. Write access to the table is enough to rewrite the
 * whole chain, but not a log that is kept elsewhere.
 */
@Injectable()
export class AuditHeadLogger implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly turns: Recurring;
  private logged = 0;

  constructor(
    private readonly repository: AuditRepository,
    private readonly lastWrites: LastWrites,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const failure = "the audit's head cannot be read";
    this.turns = new Recurring({ everyMs: EVERY_MS, work: () => this.write(), logger, failure });
  }

  onApplicationBootstrap(): Promise<void> {
    this.turns.start();
    return this.turns.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.lastWrites.settle(this.turns.stop().then(() => this.turns.run()));
  }

  /** Logs the head if the chain has grown. */
  private async write(): Promise<void> {
    const head = await this.repository.head();
    if (!head || head.position === this.logged) return;
    this.logged = head.position;
    this.logger.info({ audit_head: head }, `audit head ${head.position}:${head.hash}`);
  }
}
