import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { LastWrites } from '../../platform/process/last-writes.js';
import { FleetEvents } from '../events/index.js';
import { DeliveryRepository, type MessageState } from './delivery.repository.js';
import { messageStatusChanged } from './message-events.js';

const TURN_MS = 500;
const MAX_BATCH = 1_000;
/** Messages that were put into the table by plain SQL, and a clock that was set, are noticed within this time. */
const LOOK_AGAIN_MS = 60_000;

/** Ends messages that are not worth delivering any more. Asks the database only when one is due. */
@Injectable()
export class MessageExpiry implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  /** When the database is asked next; monotonic. */
  private nextMs = 0;
  private onExpired: (message: MessageState) => void = () => undefined;

  constructor(
    private readonly repository: DeliveryRepository,
    private readonly events: FleetEvents,
    private readonly clock: Clock,
    private readonly lastWrites: LastWrites,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.turn(), TURN_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    if (this.running) await this.lastWrites.settle(this.running);
  }

  /** Calls `listener` with each message that has expired. */
  listen(listener: (message: MessageState) => void): void {
    this.onExpired = listener;
  }

  /** A message expires in so many milliseconds. */
  expect(inMs: number): void {
    this.nextMs = Math.min(this.nextMs, this.clock.monotonicMs() + inMs);
  }

  private turn(): void {
    if (this.running || this.clock.monotonicMs() < this.nextMs) return;
    this.running = this.expireDue()
      .catch((error: Error) => this.logger.warn(`messages could not be expired: ${error.message}`))
      .finally(() => (this.running = undefined));
  }

  private async expireDue(): Promise<void> {
    this.nextMs = this.clock.monotonicMs() + LOOK_AGAIN_MS;
    for (;;) {
      const expired = await this.repository.expire(MAX_BATCH);
      for (const message of expired) {
        this.onExpired(message);
        this.events.publish(messageStatusChanged({ ...message, direction: 'to_orchestrator' }, 'system'));
      }
      if (expired.length < MAX_BATCH) break;
    }
    const nextMs = await this.repository.nextExpiryMs();
    if (nextMs !== null) this.expect(nextMs);
  }
}
