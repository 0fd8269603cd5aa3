import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { LastWrites } from '../../platform/process/last-writes.js';
import { FleetEvents } from '../events/index.js';
import { DeliveryMetrics } from './delivery.metrics.js';
import { DeliveryRepository, type Outcome } from './delivery.repository.js';
import { messageStatusChanged } from './message-events.js';
import { traceSettled } from './message-traces.js';

const MAX_BATCH = 1_000;
const RETRY_MS = 1_000;

/**
 * Writes what orchestrators made of messages, many in one statement. Waits for a database that is away:
 * what waits is bounded by the windows of those who are connected.
 */
@Injectable()
export class Acknowledgements implements BeforeApplicationShutdown {
  private readonly waiting: Outcome[] = [];
  private readonly waitingIds = new Set<number>();
  private writing: Promise<void> | undefined;
  private isStopping = false;

  constructor(
    private readonly repository: DeliveryRepository,
    private readonly events: FleetEvents,
    private readonly lastWrites: LastWrites,
    private readonly metrics: DeliveryMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  add(outcome: Outcome): void {
    this.waiting.push(outcome);
    this.waitingIds.add(outcome.id);
    this.writing ??= this.writeAll().finally(() => (this.writing = undefined));
  }

  /** True while an acknowledgement is taken and not written yet: the message must not be sent again. */
  has(messageId: number): boolean {
    return this.waitingIds.has(messageId);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    if (this.writing) await this.lastWrites.settle(this.writing);
  }

  private async writeAll(): Promise<void> {
    // What came with the same read of the sockets belongs together.
    await new Promise(setImmediate);
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, MAX_BATCH);
      try {
        const settled = await this.repository.settle(batch);
        this.waiting.splice(0, batch.length);
        for (const { id } of batch) this.waitingIds.delete(id);
        const handled = new Map(batch.map(({ id, traceparent }) => [id, traceparent]));
        for (const message of settled) {
          if (message.status === 'delivered') this.metrics.delivered(message.tookSec);
          traceSettled(message, handled.get(message.id) ?? null);
          this.events.publish(
            messageStatusChanged({ ...message, direction: 'to_orchestrator' }, 'orchestrator'),
          );
        }
      } catch (error) {
        this.logger.warn(
          { waiting: this.waiting.length },
          `acknowledgements wait: ${(error as Error).message}`,
        );
        if (this.isStopping) return;
        await delay(RETRY_MS, undefined, { ref: false });
      }
    }
  }
}
