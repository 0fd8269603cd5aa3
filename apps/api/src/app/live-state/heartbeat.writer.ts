import type { HeartbeatEventData } from '@moolai/contracts';
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
import { FleetEvents } from '../events/index.js';
import { HeartbeatMetrics, type Batch } from './heartbeat.metrics.js';
import { LiveStateRepository, type LiveRow } from './live-state.repository.js';
import { LiveStateService } from './live-state.service.js';
import { PendingWrites, type PendingWrite } from './pending-writes.js';

/** The contract lets `last_seen` in the database trail memory by at most one second. */
const FLUSH_INTERVAL_MS = 900;

/**
 * Writes what memory knows to the database: one multi-row statement at most a second, however many
 * heartbeats came. A failed write goes back to memory, so that an outage loses nothing, and a clean
 * shutdown writes all of it.
 */
@Injectable()
export class HeartbeatWriter implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isFlushing = false;
  private unwritten = false;
  lastFlushAt: Date | null = null;
  lastError: string | null = null;
  /** Failed batches since the last one that was written. */
  consecutiveFailures = 0;

  constructor(
    private readonly repository: LiveStateRepository,
    private readonly liveState: LiveStateService,
    private readonly pending: PendingWrites,
    private readonly events: FleetEvents,
    private readonly clock: Clock,
    private readonly lastWrites: LastWrites,
    private readonly requests: RequestDrain,
    private readonly metrics: HeartbeatMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.tick(), FLUSH_INTERVAL_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    // What requests still change belongs into the last batch.
    await this.requests.finish();
    // The flush of a dead connection takes as long as its timeouts; whoever stops the process waits less.
    const flushed = this.running.then(() => this.flush());
    await this.lastWrites.settle(flushed);
    if (this.hasUnwritten) this.logger.error('the last heartbeats could not be written and are lost');
  }

  /** True while the newest batch is not in the database. */
  get hasUnwritten(): boolean {
    return this.unwritten;
  }

  /** Skips a turn while the one before still waits for the database. */
  private tick(): void {
    if (this.isFlushing) return;
    this.isFlushing = true;
    this.running = this.flush().finally(() => (this.isFlushing = false));
  }

  /** Writes everything that is pending now. Never rejects: what failed stays pending. */
  async flush(): Promise<void> {
    if (this.pending.size === 0) return;
    const writes = this.pending.takeAll();
    this.unwritten = true;
    this.tellHeartbeats(writes);
    const startedAt = performance.now();
    try {
      const rows = this.toRows(writes);
      await this.repository.writeAll(rows);
      this.lastFlushAt = this.clock.now();
      this.metrics.written(this.batchOf(rows, performance.now() - startedAt));
      if (this.lastError !== null)
        this.logger.info({ rows: writes.size }, 'heartbeats reach the database again');
      this.lastError = null;
      this.consecutiveFailures = 0;
      this.unwritten = false;
    } catch (error) {
      this.pending.putBack(writes);
      this.reportFailure(error as Error);
    }
  }

  private batchOf(rows: LiveRow[], durationMs: number): Batch {
    let oldestMs = Infinity;
    for (const { seenMs } of rows) if (seenMs !== null && seenMs < oldestMs) oldestMs = seenMs;
    const delayMs = oldestMs === Infinity ? undefined : this.clock.nowMs() - oldestMs;
    return { rows: rows.length, delayMs, durationMs };
  }

  private toRows(writes: Map<string, PendingWrite>): LiveRow[] {
    const rows: LiveRow[] = [];
    for (const [orchestratorId, write] of writes) {
      const status = this.liveState.statusNameOf(orchestratorId);
      const { seenMs = null, activityMs = null, health = null, configAck = null } = write;
      rows.push({ orchestratorId, status, seenMs, activityMs, health, configAck });
    }
    return rows;
  }

  /** Live views get the heartbeats of a second as one event; nobody gathers them while nobody looks. */
  private tellHeartbeats(writes: Map<string, PendingWrite>): void {
    if (!this.events.hasHeartbeatListeners) return;
    const items: HeartbeatEventData['items'] = [];
    for (const [orchestratorId, { seenMs }] of writes) {
      const entry = this.liveState.get(orchestratorId);
      if (seenMs === undefined || !entry) continue;
      items.push({
        orchestrator_id: orchestratorId,
        organization_id: entry.organizationId,
        last_seen: new Date(seenMs).toISOString(),
      });
    }
    this.events.publishHeartbeats(items);
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
