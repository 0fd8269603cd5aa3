import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock } from '../../platform/clock/clock.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { SampleDaysRepository } from './sample-days.repository.js';

/** Enough for a weekend on which they cannot be made. */
const DAYS_AHEAD = 3;
const EVERY_MS = 3_600_000;

/** Makes the partitions of the days to come before their first report needs them. */
@Injectable()
export class SampleDays implements OnApplicationBootstrap {
  constructor(
    private readonly repository: SampleDaysRepository,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Before the first report, and no reason not to start. */
  onApplicationBootstrap(): Promise<void> {
    return this.prepare();
  }

  /** Never rejects: a report makes its day where it is missing. */
  @Interval(EVERY_MS)
  async prepare(): Promise<void> {
    try {
      await this.repository.prepare(this.clock.now(), DAYS_AHEAD);
    } catch (error) {
      this.logger.warn(`the partitions of the days to come could not be made: ${(error as Error).message}`);
    }
  }
}
