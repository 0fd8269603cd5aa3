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
import { FleetEvents } from '../events/index.js';
import { Scheduling } from '../instances/index.js';
import { DeliveryRepository, type MessageState } from './delivery.repository.js';
import { messageStatusChanged } from './message-events.js';

const TOPIC = 'expiry.messages';
const MAX_BATCH = 1_000;
/** Interval of the check for messages inserted by plain SQL, and for changes of the clock. */
const LOOK_AGAIN_MS = 60_000;

/** Expires messages, at the instance that schedules. */
@Injectable()
export class MessageExpiry implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly due: DueWork;
  private onExpired: (message: MessageState) => void = () => undefined;

  constructor(
    private readonly repository: DeliveryRepository,
    private readonly events: FleetEvents,
    clock: Clock,
    private readonly lastWrites: LastWrites,
    private readonly scheduling: Scheduling,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.due = new DueWork({
      work: () => this.expireDue(),
      lookAgainMs: LOOK_AGAIN_MS,
      clock,
      logger,
      failure: 'messages could not be expired',
    });
  }

  onApplicationBootstrap(): void {
    this.scheduling.follow(TOPIC, this.due);
    this.due.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.lastWrites.settle(this.due.stop());
  }

  /** Calls `listener` with each expired message. */
  listen(listener: (message: MessageState) => void): void {
    this.onExpired = listener;
  }

  /** A message expires in `inMs` milliseconds. */
  expect(inMs: number): void {
    this.scheduling.expect(TOPIC, this.due, inMs);
  }

  private async expireDue(): Promise<number | null> {
    if (!this.scheduling.isHere) return null;
    for (;;) {
      const expired = await this.repository.expire(MAX_BATCH);
      for (const message of expired) {
        this.onExpired(message);
        this.events.publish(messageStatusChanged({ ...message, direction: 'to_orchestrator' }, 'system'));
      }
      if (expired.length < MAX_BATCH) break;
    }
    return this.repository.nextExpiryMs();
  }
}
