import type { OrchestratorStatus } from '@moolai/contracts';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { RequestDrain } from '../../platform/http/request-drain.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { LastWrites } from '../../platform/process/last-writes.js';
import { HeartbeatBroadcast } from './heartbeat-broadcast.js';
import { HeartbeatMetrics, type Batch } from './heartbeat.metrics.js';
import { LiveStateRepository, type LiveRows } from './live-state.repository.js';
import { LiveFleet } from './live-fleet.js';
import { PendingWrites, type PendingBatch } from './pending-writes.js';

/** The contract's limit for how far `last_seen` in the database may be behind memory. */
const MAX_TRAIL_MS = 1_000;
/** To finish in time, a batch starts earlier by the duration of the last one, within these limits. */
const MIN_LEAD_MS = 10;
const MAX_LEAD_MS = 200;

/**
 * Writes changes from memory to the database: at most one multi-row statement per second, however many heartbeats
 * arrived. A failed write returns to memory, so that an outage loses nothing, and a clean shutdown writes everything.
 */
@Injectable()
export class HeartbeatWriter implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isStopping = false;
  private unwritten = false;
  lastFlushAt: Date | null = null;
  lastError: string | null = null;
  /** Failed batches since the last successful one. */
  consecutiveFailures = 0;

  constructor(
    private readonly repository: LiveStateRepository,
    private readonly liveFleet: LiveFleet,
    private readonly pending: PendingWrites,
    private readonly broadcast: HeartbeatBroadcast,
    private readonly clock: Clock,
    private readonly lastWrites: LastWrites,
    private readonly requests: RequestDrain,
    private readonly metrics: HeartbeatMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setTimeout(() => void this.turn(), MAX_TRAIL_MS - MIN_LEAD_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    // The last batch includes changes of pending requests.
    await this.requests.finish();
    // Flushing on a dead connection takes as long as its timeouts, which is more than a shutdown waits.
    const flushed = this.running.then(() => this.flush());
    await this.lastWrites.settle(flushed);
    if (this.hasUnwritten) this.logger.error('the last heartbeats could not be written and are lost');
  }

  /** True while the newest batch is not in the database. */
  get hasUnwritten(): boolean {
    return this.unwritten;
  }

  // Not Recurring, because the pause depends on how long the batch took.
  /** Writes one batch, and schedules the next. Never rejects. */
  private async turn(): Promise<void> {
    const startedMs = this.clock.monotonicMs();
    this.running = this.flush();
    await this.running;
    const tookMs = this.clock.monotonicMs() - startedMs;
    const leadMs = Math.min(Math.max(tookMs, MIN_LEAD_MS), MAX_LEAD_MS);
    const pauseMs = Math.max(0, MAX_TRAIL_MS - leadMs - tookMs);
    if (!this.isStopping) this.timer = setTimeout(() => void this.turn(), pauseMs);
  }

  /** Writes everything that is pending. Never rejects: after a failure it stays pending. */
  async flush(): Promise<void> {
    for (let isDone = false; !isDone && this.pending.size > 0;) isDone = await this.flushBatch();
  }

  /** @returns true if nothing is left, or the batch failed */
  private async flushBatch(): Promise<boolean> {
    const { size } = this.pending;
    const batch = this.pending.startBatch();
    this.unwritten = true;
    this.broadcast.publish(batch);
    const startedAt = this.clock.monotonicMs();
    try {
      await this.repository.writeAll(this.toRows(batch), this.clock.now());
      this.pending.written(batch);
      this.lastFlushAt = this.clock.now();
      this.metrics.written(this.written(batch, size, this.clock.monotonicMs() - startedAt));
      if (this.lastError !== null) this.logger.info({ rows: size }, 'heartbeats reach the database again');
      this.lastError = null;
      this.consecutiveFailures = 0;
      this.unwritten = !batch.isWhole;
      return batch.isWhole;
    } catch (error) {
      this.pending.restore(batch);
      this.reportFailure(error as Error);
      return true;
    }
  }

  private written({ oldestMs }: PendingBatch, rows: number, durationMs: number): Batch {
    const delayMs = oldestMs === Infinity ? undefined : this.clock.monotonicMs() - oldestMs;
    return { rows, delayMs, durationMs };
  }

  private toRows({ seen, seenMs, writes }: PendingBatch): LiveRows {
    const statusOf = (id: string): OrchestratorStatus => this.liveFleet.statusNameOf(id);
    const seenIds = seen.map(({ orchestratorId }) => orchestratorId);
    return {
      seen: { orchestratorIds: seenIds, statuses: seenIds.map(statusOf), seenMs },
      others: [...writes].map(([orchestratorId, { activityMs = null, health = null, configAck = null }]) => {
        const lostMs = this.liveFleet.lostAtMs(orchestratorId);
        return { orchestratorId, status: statusOf(orchestratorId), activityMs, health, configAck, lostMs };
      }),
    };
  }

  private reportFailure(error: Error): void {
    if (this.lastError === null) {
      this.logger.warn({ pending: this.pending.size }, `heartbeats wait in memory: ${error.message}`);
    }
    this.metrics.failed();
    this.lastError = error.message;
    this.consecutiveFailures += 1;
  }
}
