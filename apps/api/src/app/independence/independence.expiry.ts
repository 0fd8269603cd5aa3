import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { DueWork } from '../../platform/process/due-work.js';
import { LastWrites } from '../../platform/process/last-writes.js';
import { Scheduling } from '../instances/index.js';
import { IndependenceRepository } from './independence.repository.js';
import { IndependenceService } from './independence.service.js';

/** Interval of the check for leases written by plain SQL, and for changes of the clock. */
const LOOK_AGAIN_MS = 30_000;
const TOPIC = 'expiry.independence';

/** Ends expired leases, at the instance that schedules. */
@Injectable()
export class IndependenceExpiry implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly due: DueWork;

  constructor(
    private readonly repository: IndependenceRepository,
    private readonly independence: IndependenceService,
    private readonly clock: Clock,
    private readonly lastWrites: LastWrites,
    private readonly scheduling: Scheduling,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.due = new DueWork({
      work: () => this.endDue(),
      lookAgainMs: LOOK_AGAIN_MS,
      clock,
      logger,
      failure: 'leases could not be ended',
    });
  }

  onApplicationBootstrap(): void {
    this.independence.onLease((expiresAt) => {
      this.scheduling.expect(TOPIC, this.due, expiresAt.getTime() - this.clock.nowMs());
    });
    this.scheduling.follow(TOPIC, this.due);
    this.due.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.lastWrites.settle(this.due.stop());
  }

  private async endDue(): Promise<number | null> {
    if (!this.scheduling.isHere) return null;
    await this.independence.endExpired();
    return this.repository.nextExpiryMs();
  }
}
