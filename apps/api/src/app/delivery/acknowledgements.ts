import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { QueueFull } from '../../platform/batching/batch-queue.js';
import { BatchPace } from '../../platform/batching/batch-pace.js';
import type { ByteBudget } from '../../platform/batching/byte-budget.js';
import { ByteBudgets } from '../../platform/batching/byte-budgets.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { LastWrites } from '../../platform/process/last-writes.js';
import { FleetEvents } from '../events/index.js';
import { DeliveryMetrics } from './delivery.metrics.js';
import { DeliveryRepository, type Outcome } from './delivery.repository.js';
import { messageStatusChanged } from './message-events.js';
import { traceSettled } from './message-traces.js';

const MAX_BATCH = 1_000;
const RETRY_MS = 1_000;
/** Most of the cost is per statement, and no request waits for it. */
const BATCH_INTERVAL_MS = 10;
/** Size of an acknowledgement without its detail. */
const COST = 256;
/** Length of a detail truncated for lack of space. */
const SHORT_DETAIL = 200;

/**
 * Stores acknowledgements, many per statement. Waits for a database that is down: the amount is limited by the windows
 * of connected orchestrators, and in bytes.
 */
@Injectable()
export class Acknowledgements implements BeforeApplicationShutdown {
  private readonly waiting: Outcome[] = [];
  private readonly waitingIds = new Set<number>();
  private writing: Promise<void> | undefined;
  private isStopping = false;
  private readonly pace = new BatchPace(BATCH_INTERVAL_MS);
  private readonly budget: ByteBudget;

  constructor(
    private readonly repository: DeliveryRepository,
    private readonly events: FleetEvents,
    private readonly lastWrites: LastWrites,
    private readonly metrics: DeliveryMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(ByteBudgets) { acknowledgements }: Pick<ByteBudgets, 'acknowledgements'>,
  ) {
    this.budget = acknowledgements;
  }

  /**
   * Accepts an outcome to be stored, with as much of its detail as fits.
   * @throws QueueFull if nothing fits
   */
  add(outcome: Outcome): void {
    this.waiting.push(this.fitting(outcome));
    this.waitingIds.add(outcome.id);
    this.writing ??= this.writeAll().finally(() => (this.writing = undefined));
  }

  /** True while an acknowledgement waits to be stored: the message must not be sent again. */
  has(messageId: number): boolean {
    return this.waitingIds.has(messageId);
  }

  /** Ids of the messages of these orchestrators whose acknowledgements wait to be stored. */
  idsOf(orchestratorIds: readonly string[]): number[] {
    if (this.waiting.length === 0) return [];
    const wanted = new Set(orchestratorIds);
    return this.waiting.flatMap(({ id, orchestratorId }) => (wanted.has(orchestratorId) ? id : []));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    if (this.writing) await this.lastWrites.settle(this.writing);
  }

  private fitting(outcome: Outcome): Outcome {
    if (this.budget.reserve(bytesOf(outcome))) return outcome;
    const detail = outcome.detail?.slice(0, SHORT_DETAIL).toWellFormed() ?? null;
    const short = { ...outcome, detail };
    if (this.budget.reserve(bytesOf(short))) return short;
    throw new QueueFull('too many acknowledgements are waiting to be stored');
  }

  private async writeAll(): Promise<void> {
    // Acknowledgements from the same socket read belong in one batch.
    await new Promise(setImmediate);
    while (this.waiting.length > 0) {
      if (this.waiting.length < MAX_BATCH && !this.isStopping) await this.pace.wait();
      const batch = this.waiting.slice(0, MAX_BATCH);
      try {
        const settled = await this.repository.settle(batch);
        this.waiting.splice(0, batch.length);
        this.pace.ended(batch.length, this.waiting.length);
        for (const outcome of batch) {
          this.waitingIds.delete(outcome.id);
          this.budget.release(bytesOf(outcome));
        }
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

function bytesOf({ detail }: Outcome): number {
  return COST + (detail === null ? 0 : Buffer.byteLength(detail));
}
