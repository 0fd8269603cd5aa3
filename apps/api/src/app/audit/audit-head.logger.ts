import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { LastWrites } from '../../platform/process/last-writes.js';
import { AuditRepository } from './audit.repository.js';

const EVERY_MS = 3_600_000;

/**
 * Logs the head of the chain at start, at shutdown and every hour. Write access to the table is enough to rewrite the
 * whole chain, but not a log that is kept elsewhere.
 */
@Injectable()
export class AuditHeadLogger implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private logged = 0;

  constructor(
    private readonly repository: AuditRepository,
    private readonly lastWrites: LastWrites,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): Promise<void> {
    return this.write();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.lastWrites.settle(this.write());
  }

  /** Logs the head if the chain has grown. Never rejects: it is repeated. */
  @Interval(EVERY_MS)
  async write(): Promise<void> {
    try {
      const head = await this.repository.head();
      if (!head || head.position === this.logged) return;
      this.logged = head.position;
      this.logger.info({ audit_head: head }, `audit head ${head.position}:${head.hash}`);
    } catch (error) {
      this.logger.warn(`the audit's head cannot be read: ${(error as Error).message}`);
    }
  }
}
