import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { Recurring } from '../../platform/process/recurring.js';
import { SessionsRepository } from '../auth/index.js';
import { IdempotencyRepository } from '../idempotency/index.js';
import { InstanceLease } from '../instances/index.js';
import { MessagesRepository } from '../messages/index.js';
import { MetricNames, SampleDaysRepository } from '../monitoring/index.js';

const EVERY_MS = 600_000;
/** Rows per statement: it must not hold locks, or fill the write-ahead log, for long. */
const BATCH = 5_000;
const DAY_MS = 86_400_000;
const SESSION_RETENTION_MS = 30 * DAY_MS;

/** The rows removed by one run. */
export interface Removed {
  messages: number;
  days: number;
}

/** Removes expired data at the instance that schedules: samples by day, messages in batches. */
@Injectable()
export class RetentionService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly turns: Recurring;

  constructor(
    private readonly messages: MessagesRepository,
    private readonly days: SampleDaysRepository,
    private readonly names: MetricNames,
    private readonly sessions: SessionsRepository,
    private readonly idempotency: IdempotencyRepository,
    private readonly lease: InstanceLease,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const failure = 'expired data could not be removed';
    this.turns = new Recurring({ everyMs: EVERY_MS, work: () => this.turn(), logger, failure });
  }

  onApplicationBootstrap(): void {
    this.turns.start();
  }

  beforeApplicationShutdown(): void {
    // Not awaited: the next start removes the rest.
    void this.turns.stop();
  }

  /** Removes everything that has expired. */
  async run(): Promise<Removed> {
    const { messageRetentionDays, monitoringRetentionDays } = this.settings;
    const days = await this.days.dropBefore(this.ago(monitoringRetentionDays * DAY_MS));
    // Not more often, because it reads each name of each orchestrator.
    if (days > 0) await this.names.forgetUnused();
    const before = this.ago(messageRetentionDays * DAY_MS);
    let messages = 0;
    for (let removed = BATCH; removed === BATCH; messages += removed) {
      removed = await this.messages.removeEnded(before, BATCH);
    }
    await this.removeSessions();
    while ((await this.idempotency.removeExpired(BATCH)) === BATCH);
    return { messages, days };
  }

  private async turn(): Promise<void> {
    if (!this.lease.isScheduler) return;
    const removed = await this.run();
    if (removed.messages + removed.days > 0) this.logger.info(removed, 'removed expired data');
  }

  /** Ended sessions are of no further use. */
  private async removeSessions(): Promise<void> {
    const before = this.ago(SESSION_RETENTION_MS);
    while ((await this.sessions.removeEnded(before, BATCH)) === BATCH);
  }

  private ago(ms: number): Date {
    return new Date(this.clock.nowMs() - ms);
  }
}
