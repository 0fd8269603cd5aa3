import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock } from '../../platform/clock/clock.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { SampleDaysRepository } from './sample-days.repository.js';

/** Covers a weekend on which they cannot be created. */
const DAYS_AHEAD = 3;
const EVERY_MS = 3_600_000;

/** Creates partitions for coming days before their first report. */
@Injectable()
export class SampleDays implements OnApplicationBootstrap {
  constructor(
    private readonly repository: SampleDaysRepository,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Before the first report. A failure does not stop the start. */
  onApplicationBootstrap(): Promise<void> {
    return this.prepare();
  }

  /** Never rejects: a report creates a missing day. */
  @Interval(EVERY_MS)
  async prepare(): Promise<void> {
    try {
      await this.repository.prepare(this.clock.now(), DAYS_AHEAD);
    } catch (error) {
      this.logger.warn(`the partitions of the coming days could not be created: ${(error as Error).message}`);
    }
  }
}
