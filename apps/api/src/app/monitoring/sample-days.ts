import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { Recurring } from '../../platform/process/recurring.js';
import { SampleDaysRepository } from './sample-days.repository.js';

/** Covers a weekend on which they cannot be created. */
const DAYS_AHEAD = 3;
const EVERY_MS = 3_600_000;

/** Creates partitions for coming days before their first report. */
@Injectable()
export class SampleDays implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly turns: Recurring;

  constructor(
    private readonly repository: SampleDaysRepository,
    private readonly clock: Clock,
    @Inject(LOGGER) logger: Logger,
  ) {
    const failure = 'the partitions of the coming days could not be created';
    const work = (): Promise<void> => this.repository.prepare(this.clock.now(), DAYS_AHEAD);
    this.turns = new Recurring({ everyMs: EVERY_MS, work, logger, failure });
  }

  /** Before the first report. A failure does not stop the start: a report creates a missing day. */
  onApplicationBootstrap(): Promise<void> {
    this.turns.start();
    return this.turns.run();
  }

  beforeApplicationShutdown(): void {
    // Not awaited: a silent database would delay the shutdown.
    void this.turns.stop();
  }
}
