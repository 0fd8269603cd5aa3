import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { OrchestratorStatus } from '@moolai/contracts';
import { Clock } from '../../platform/clock/clock.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
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
  /** The statuses that the database has, of the orchestrators in memory. */
  private readonly written = new Map<string, OrchestratorStatus>();
  lastFlushAt: Date | null = null;
  lastError: string | null = null;
  /** Failed batches since the last one that was written. */
  consecutiveFailures = 0;

  constructor(
    private readonly repository: LiveStateRepository,
    private readonly liveState: LiveStateService,
    private readonly pending: PendingWrites,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.tick(), FLUSH_INTERVAL_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
    await this.flush();
  }

  /** Skips a turn while the one before still waits for the database. */
  private tick(): void {
    if (this.isFlushing) return;
    this.isFlushing = true;
    this.running = this.flush().finally(() => (this.isFlushing = false));
  }

  /** Writes everything that is pending now. Never rejects: what failed stays pending. */
  async flush(): Promise<void> {
    this.noticeTimeouts();
    if (this.pending.size === 0) return;
    const writes = this.pending.takeAll();
    try {
      await this.repository.writeAll(this.toRows(writes));
      this.lastFlushAt = this.clock.now();
      if (this.lastError !== null)
        this.logger.info({ rows: writes.size }, 'heartbeats reach the database again');
      this.lastError = null;
      this.consecutiveFailures = 0;
    } catch (error) {
      this.pending.putBack(writes);
      for (const orchestratorId of writes.keys()) this.written.delete(orchestratorId);
      this.reportFailure(error as Error);
    }
  }

  /** Time alone changes a status: a TTL passes, an abnormal end is forgotten. */
  private noticeTimeouts(): void {
    for (const entry of this.liveState.all()) {
      const { status } = this.liveState.statusOf(entry.orchestratorId, false);
      if (this.written.get(entry.orchestratorId) !== status) {
        this.pending.statusMayHaveChanged(entry.orchestratorId);
      }
      if (!entry.isConnected && status !== 'error') this.liveState.forget(entry);
    }
  }

  private toRows(writes: Map<string, PendingWrite>): LiveRow[] {
    const rows: LiveRow[] = [];
    for (const [orchestratorId, write] of writes) {
      const { status } = this.liveState.statusOf(orchestratorId, false);
      if (this.liveState.get(orchestratorId)) this.written.set(orchestratorId, status);
      else this.written.delete(orchestratorId);
      const { seenMs = null, activityMs = null, health = null } = write;
      rows.push({ orchestratorId, status, seenMs, activityMs, health });
    }
    return rows;
  }

  private reportFailure(error: Error): void {
    if (this.lastError === null) {
      this.logger.warn({ pending: this.pending.size }, `heartbeats wait in memory: ${error.message}`);
    }
    this.lastError = error.message;
    this.consecutiveFailures += 1;
  }
}
