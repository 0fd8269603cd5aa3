import { Inject, Injectable } from '@nestjs/common';
import type { HealthStatus, LiveOrchestrator } from '@moolai/contracts';
import { Clock } from '../../platform/clock/clock.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import type { Settings } from '../../platform/config/settings.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { deriveStatus, type DerivedStatus } from './orchestrator-status.js';
import type { LiveEntry } from './live-orchestrator.js';
import { PendingWrites } from './pending-writes.js';

/**
 * The in-memory state of the fleet (HLD 4.2 and 6.5): who is connected, since when, and when each was
 * last seen. Memory is exact; the database trails it by at most a second.
 */
@Injectable()
export class LiveStateService {
  private readonly entries = new Map<string, LiveEntry>();
  private readonly ttlMs: number;
  private heartbeatsProcessed = 0;
  private heartbeatsIgnored = 0;

  constructor(
    private readonly clock: Clock,
    @Inject(SETTINGS) settings: Settings,
    private readonly pending: PendingWrites,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.ttlMs = settings.heartbeatTtlSec * 1000;
  }

  /**
   * Takes over a registered connection.
   * @returns the entry that it replaces, when that one is still connected
   */
  markHandshake(entry: LiveEntry): LiveEntry | undefined {
    const previous = this.entries.get(entry.orchestratorId);
    this.entries.set(entry.orchestratorId, entry);
    this.pending.statusMayHaveChanged(entry.orchestratorId);
    return previous?.isConnected ? previous : undefined;
  }

  /**
   * Processes one heartbeat, or ignores it while independence is on: then nothing changes, neither
   * here nor in the database (contract section 3).
   */
  markKeepalive(entry: LiveEntry, health?: HealthStatus): 'processed' | 'ignored' {
    if (entry.flag.isIndependent) {
      this.heartbeatsIgnored += 1;
      this.logger.info(`[C-OCS] Ignoring heartbeat from independent orchestrator ${entry.orchestratorId}`);
      return 'ignored';
    }
    const nowMs = this.clock.nowMs();
    entry.lastSeenMs = nowMs;
    entry.livenessMs = nowMs;
    this.heartbeatsProcessed += 1;
    this.pending.seen(entry.orchestratorId, nowMs);
    if (health) this.reportHealth(entry, health);
    this.logger.info(`[C-OCS] Processing heartbeat from orchestrator ${entry.orchestratorId}`);
    return 'processed';
  }

  /** Keeps what an orchestrator says of its health. */
  reportHealth(entry: LiveEntry, health: HealthStatus): void {
    entry.hasHealthError = health.status === 'error';
    this.pending.health(entry.orchestratorId, health);
  }

  /** Notes that something of an orchestrator was stored; does not move `last_seen`. */
  markActivity(entry: LiveEntry): void {
    this.pending.active(entry.orchestratorId, this.clock.nowMs());
  }

  /**
   * The connection of `entry` has ended. Only the entry of this very connection changes: the late end
   * of an old connection must not take out the new one.
   */
  remove(entry: LiveEntry, wasAbnormal: boolean): void {
    entry.isConnected = false;
    if (this.entries.get(entry.orchestratorId) !== entry) return;
    if (wasAbnormal) entry.abnormalEndMs = this.clock.nowMs();
    else this.entries.delete(entry.orchestratorId);
    this.pending.statusMayHaveChanged(entry.orchestratorId);
  }

  /** What a switch that took effect means for memory; see {@link LiveEntry.livenessMs}. */
  independenceSwitched(orchestratorId: string, isIndependent: boolean, lastSeenMs: number | null): void {
    const entry = this.entries.get(orchestratorId);
    if (!entry) return;
    if (isIndependent) {
      this.pending.forgetSeen(orchestratorId);
      entry.lastSeenMs = lastSeenMs;
    } else {
      entry.livenessMs = this.clock.nowMs();
      this.pending.statusMayHaveChanged(orchestratorId);
    }
  }

  get(orchestratorId: string): LiveEntry | undefined {
    return this.entries.get(orchestratorId);
  }

  /** The status of an orchestrator from what memory and, for the flag, its row know. */
  statusOf(orchestratorId: string, isIndependentInDatabase: boolean): DerivedStatus {
    const entry = this.entries.get(orchestratorId);
    return deriveStatus(
      {
        isIndependent: entry?.flag.isIndependent ?? isIndependentInDatabase,
        isConnected: entry?.isConnected ?? false,
        hasHealthError: entry?.hasHealthError ?? false,
        abnormalEndMs: entry?.abnormalEndMs ?? null,
        livenessMs: entry?.livenessMs ?? null,
      },
      this.clock.nowMs(),
      this.ttlMs,
    );
  }

  /** Every entry, connected or recently broken off. */
  all(): IterableIterator<LiveEntry> {
    return this.entries.values();
  }

  /** Drops an entry whose abnormal end does not matter any more. */
  forget(entry: LiveEntry): void {
    if (!entry.isConnected && this.entries.get(entry.orchestratorId) === entry) {
      this.entries.delete(entry.orchestratorId);
    }
  }

  /** Connected orchestrators as the API shows them. */
  list(): LiveOrchestrator[] {
    const items: LiveOrchestrator[] = [];
    for (const entry of this.entries.values()) {
      if (!entry.isConnected) continue;
      items.push({
        orchestrator_id: entry.orchestratorId,
        organization_id: entry.organizationId,
        status: this.statusOf(entry.orchestratorId, false).status,
        is_independent: entry.flag.isIndependent,
        connected_at: new Date(entry.connectedAtMs).toISOString(),
        last_seen: entry.lastSeenMs === null ? null : new Date(entry.lastSeenMs).toISOString(),
        session_id: entry.sessionId,
        remote_address: entry.remoteAddress,
      });
    }
    return items;
  }

  /** Ids of the orchestrators in memory by derived status; whoever is absent is inactive or independent. */
  idsByStatus(): { active: string[]; error: string[]; connected: number } {
    const active: string[] = [];
    const error: string[] = [];
    let connected = 0;
    for (const entry of this.entries.values()) {
      if (entry.isConnected) connected += 1;
      const { status } = this.statusOf(entry.orchestratorId, false);
      if (status === 'active') active.push(entry.orchestratorId);
      else if (status === 'error') error.push(entry.orchestratorId);
    }
    return { active, error, connected };
  }

  /** Heartbeats since this process started. */
  heartbeatCounts(): { processed: number; ignored: number } {
    return { processed: this.heartbeatsProcessed, ignored: this.heartbeatsIgnored };
  }
}
