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
import { FleetEvents } from '../events/index.js';

const EVERY_MS = 600_000;
const HOUR_MS = 3_600_000;

/** Drops old events from the memory of this process. */
@Injectable()
export class ActivityRetention implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly turns: Recurring;

  constructor(
    events: FleetEvents,
    clock: Clock,
    @Inject(SETTINGS) { activityRetentionHours }: Settings,
    @Inject(LOGGER) logger: Logger,
  ) {
    const failure = 'old events could not be dropped';
    const work = (): void => events.dropBefore(new Date(clock.nowMs() - activityRetentionHours * HOUR_MS));
    this.turns = new Recurring({ everyMs: EVERY_MS, work, logger, failure });
  }

  onApplicationBootstrap(): void {
    this.turns.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.turns.stop();
  }

  /** Drops them now. */
  run(): Promise<void> {
    return this.turns.run();
  }
}
