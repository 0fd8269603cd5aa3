import { Inject, Injectable } from '@nestjs/common';
import {
  CLOSE_CODES,
  type HealthStatus,
  type LiveOrchestrator,
  type OrchestratorStatus,
} from '@moolai/contracts';
import { isInScope, type Scope } from '../../platform/access/scope.js';
import { PacedQueue } from '../../platform/batching/paced-queue.js';
import { Clock } from '../../platform/clock/clock.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import type { Settings } from '../../platform/config/settings.js';
import { FleetEvents } from '../events/index.js';
import { deriveStatus, explainStatus, type DerivedStatus, type StatusFacts } from './orchestrator-status.js';
import { ExpectedBack } from './expected-back.js';
import type { LiveEntry } from './live-orchestrator.js';
import type { LeftBehind } from './live-state.repository.js';
import { HeartbeatPath } from './heartbeat.path.js';
import { IndependenceFlags } from './independence-flags.js';
import { PendingWrites } from './pending-writes.js';
import { RowSet, type LiveRowSets } from './row-set.js';

const iso = (ms: number): string | null => (ms === 0 ? null : new Date(ms).toISOString());

/**
 * The in-memory state of the fleet (HLD 4.2 and 6.5): connections, since when, and `last_seen` of each. Memory is
 * exact; the database is at most a second behind.
 */
@Injectable()
export class LiveStateService {
  private readonly entries = new Map<string, LiveEntry>();
  private readonly expected = new ExpectedBack();
  private deafUntilMs = 0;
  private readonly switched = new PacedQueue<LiveEntry>((entry) => this.announceSwitched(entry));
  /** True once connections end because of a shutdown. */
  isLeaving = false;
  readonly ttlMs: number;

  constructor(
    private readonly clock: Clock,
    @Inject(SETTINGS) settings: Settings,
    private readonly pending: PendingWrites,
    private readonly flags: IndependenceFlags,
    private readonly events: FleetEvents,
    private readonly heartbeats: HeartbeatPath,
  ) {
    this.ttlMs = settings.heartbeatTtlSec * 1000;
  }

  /**
   * Adds a registered connection.
   * @returns the entry that it replaces, if that is still connected
   */
  markHandshake(entry: LiveEntry): LiveEntry | undefined {
    const previous = this.entries.get(entry.orchestratorId);
    if (previous && !previous.isConnected) this.flags.release(previous.orchestratorId);
    this.entries.set(entry.orchestratorId, entry);
    this.expected.delete(entry.orchestratorId);
    this.announce(entry);
    return previous?.isConnected ? previous : undefined;
  }

  /** Records one heartbeat; see {@link HeartbeatPath.take}. */
  markKeepalive(entry: LiveEntry): 'processed' | 'ignored' {
    return this.heartbeats.take(entry);
  }

  /**
   * Stores an orchestrator's reported health.
   * @returns false if too much is waiting for the database: the status is updated, but the rest is not stored
   */
  reportHealth(entry: LiveEntry, health: HealthStatus): boolean {
    entry.hasHealthError = health.status === 'error';
    const isKept = this.pending.health(entry.orchestratorId, health);
    this.announceIfChanged(entry);
    return isKept;
  }

  /** Records that a message of an orchestrator was stored; does not move `last_seen`. */
  markActivity(entry: LiveEntry): void {
    this.pending.active(entry.orchestratorId, this.clock.nowMs());
  }

  /**
   * The connection of `entry` ended. Only the entry of this connection changes: the late end of an old connection must
   * not remove the new one.
   */
  remove(entry: LiveEntry, wasAbnormal: boolean): void {
    // During a shutdown the table keeps connected orchestrators, and they are expected to reconnect.
    if (this.isLeaving) return;
    entry.isConnected = false;
    if (this.entries.get(entry.orchestratorId) !== entry) {
      this.flags.release(entry.orchestratorId);
      return;
    }
    if (wasAbnormal) entry.abnormalEndMs = this.clock.monotonicMs();
    this.announce(entry);
    if (!wasAbnormal) this.forget(entry);
  }

  /** From now on connections end because of a shutdown. */
  leave(): void {
    this.isLeaving = true;
  }

  /** The effect of a switch on memory; see {@link LiveEntry.livenessMs}. */
  independenceSwitched(orchestratorId: string, isIndependent: boolean, lastSeenMs: number | null): void {
    const entry = this.entries.get(orchestratorId);
    if (!entry) return;
    if (isIndependent) {
      entry.lastSeenMs = lastSeenMs ?? 0;
    } else {
      entry.livenessMs = this.clock.monotonicMs();
      entry.link.probe = null;
    }
    // The flag has already changed; events of thousands of switches are spread over several turns.
    this.switched.push(entry);
  }

  get(orchestratorId: string): LiveEntry | undefined {
    return this.entries.get(orchestratorId);
  }

  /** The status of an orchestrator with its reason, from memory and the row's flag. */
  statusOf(orchestratorId: string, isIndependentInDatabase: boolean): DerivedStatus {
    const nowMs = this.clock.monotonicMs();
    const facts = this.factsOf(orchestratorId, isIndependentInDatabase, nowMs);
    return {
      status: deriveStatus(facts, nowMs, this.ttlMs),
      reason: explainStatus(facts, nowMs, this.ttlMs, this.clock.wallAt(0)),
    };
  }

  /** The same without the reason, for callers with thousands of orchestrators. */
  statusNameOf(orchestratorId: string): OrchestratorStatus {
    const nowMs = this.clock.monotonicMs();
    const entry = this.entries.get(orchestratorId);
    if (entry && this.isPlainlyActive(entry, nowMs)) return 'active';
    return deriveStatus(this.factsOf(orchestratorId, false, nowMs), nowMs, this.ttlMs);
  }

  /** Every entry, connected or recently lost. */
  all(): IterableIterator<LiveEntry> {
    return this.entries.values();
  }

  /** Publishes every status that changed with time, and forgets lost connections that no longer matter. */
  review(): void {
    const nowMs = this.clock.monotonicMs();
    for (const entry of this.entries.values()) {
      if (entry.announcedStatus === 'active' && this.isPlainlyActive(entry, nowMs)) continue;
      this.announceIfChanged(entry);
      if (!entry.isConnected && entry.announcedStatus !== 'error') this.forget(entry);
    }
    this.giveUpExpected(nowMs);
  }

  /** Orchestrators of the previous run get time to reconnect; those whose time is over are written as inactive. */
  expect(leftBehind: LeftBehind[]): void {
    const gone = this.expected.fill(leftBehind, this.clock.monotonicMs());
    for (const orchestratorId of gone) this.pending.statusMayHaveChanged(orchestratorId);
  }

  /** When an orchestrator's connection was lost, in milliseconds since 1970; null if it was not. */
  lostAtMs(orchestratorId: string): number | null {
    const entry = this.entries.get(orchestratorId);
    const { abnormalEndMs } = entry ?? {};
    const ms = entry
      ? abnormalEndMs
      : this.expected.get(orchestratorId, this.clock.monotonicMs())?.brokenAtMs;
    return ms === null || ms === undefined ? null : this.clock.wallAt(ms);
  }

  /** This orchestrator is no longer expected: it was switched or deleted. */
  noLongerExpect(orchestratorId: string): void {
    this.expected.delete(orchestratorId);
  }

  /** It was deleted: a later one with its id has another row and no lost connection. */
  deleted(orchestratorId: string): void {
    this.noLongerExpect(orchestratorId);
    this.pending.forget(orchestratorId);
    const entry = this.entries.get(orchestratorId);
    if (entry?.isConnected) entry.link.close(CLOSE_CODES.registrationRefused, 'orchestrator was deleted');
    else if (entry) this.forget(entry);
  }

  /** This process did not read its sockets for a while: missing heartbeats from that time do not count. */
  wasDeaf(): void {
    this.deafUntilMs = this.clock.monotonicMs();
  }

  /** Connected orchestrators as the API shows them. */
  list(scope: Scope): LiveOrchestrator[] {
    const items: LiveOrchestrator[] = [];
    for (const entry of this.entries.values()) {
      if (!entry.isConnected || !isInScope(scope, entry.organizationId)) continue;
      items.push({
        orchestrator_id: entry.orchestratorId,
        organization_id: entry.organizationId,
        status: this.statusNameOf(entry.orchestratorId),
        is_independent: entry.flag.isIndependent,
        connected_at: new Date(entry.connectedAtMs).toISOString(),
        last_seen: iso(entry.lastSeenMs),
        session_id: entry.sessionId,
        remote_address: entry.remoteAddress,
      });
    }
    return items;
  }

  /** Number of orchestrators that were active when the controller stopped and still have time to reconnect. */
  expectedCount(scope: Scope): number {
    let count = 0;
    for (const { status } of this.expected.present(this.clock.monotonicMs(), scope)) {
      if (status === 'active') count += 1;
    }
    return count;
  }

  /** The orchestrators in memory by status; all others are inactive or independent. */
  rowsByStatus(scope: Scope): LiveRowSets {
    const rows = { active: new RowSet(), error: new RowSet(), connected: new RowSet() };
    const nowMs = this.clock.monotonicMs();
    for (const { rowId, status } of this.expected.present(nowMs, scope)) rows[status].add(rowId);
    for (const entry of this.entries.values()) {
      if (!isInScope(scope, entry.organizationId)) continue;
      if (entry.isConnected) rows.connected.add(entry.rowId);
      const status = this.isPlainlyActive(entry, nowMs) ? 'active' : this.statusNameOf(entry.orchestratorId);
      if (status === 'active' || status === 'error') rows[status].add(entry.rowId);
    }
    return rows;
  }

  /** Number of connected, active and failed orchestrators; expected ones count as active. */
  count(scope: Scope): { connected: number; active: number; error: number } {
    const counts = { connected: 0, active: 0, error: 0 };
    const nowMs = this.clock.monotonicMs();
    for (const { status } of this.expected.present(nowMs, scope)) counts[status] += 1;
    for (const entry of this.entries.values()) {
      if (!isInScope(scope, entry.organizationId)) continue;
      if (entry.isConnected) counts.connected += 1;
      const isPlain = this.isPlainlyActive(entry, nowMs);
      const status = isPlain ? 'active' : this.statusNameOf(entry.orchestratorId);
      if (status === 'active' || status === 'error') counts[status] += 1;
    }
    return counts;
  }

  /** Number of active and failed orchestrators per organization; expected ones count as active. */
  countByOrganization(): Map<string, { active: number; error: number }> {
    const counts = new Map<string, { active: number; error: number }>();
    const count = (organizationId: string, status: OrchestratorStatus): void => {
      const of = counts.get(organizationId) ?? { active: 0, error: 0 };
      if (status === 'active' || status === 'error') of[status] += 1;
      counts.set(organizationId, of);
    };
    for (const { organizationId, status } of this.expected.present(this.clock.monotonicMs(), null)) {
      count(organizationId, status);
    }
    for (const { orchestratorId, organizationId } of this.entries.values()) {
      count(organizationId, this.statusNameOf(orchestratorId));
    }
    return counts;
  }

  /** Heartbeats since this process started; within a scope, those of current connections. */
  heartbeatCounts(scope: Scope): { processed: number; ignored: number } {
    if (scope === null) return { processed: this.heartbeats.processed, ignored: this.heartbeats.ignored };
    const counts = { processed: 0, ignored: 0 };
    for (const entry of this.entries.values()) {
      if (!isInScope(scope, entry.organizationId)) continue;
      counts.processed += entry.processedHeartbeats;
      counts.ignored += entry.ignoredHeartbeats;
    }
    return counts;
  }

  private forget(entry: LiveEntry): void {
    this.entries.delete(entry.orchestratorId);
    this.flags.release(entry.orchestratorId);
  }

  /** Shortcut for the usual result of {@link deriveStatus}, without allocating an object. */
  private isPlainlyActive(entry: LiveEntry, nowMs: number): boolean {
    const { isConnected, flag, hasHealthError, livenessMs } = entry;
    return isConnected && !flag.isIndependent && !hasHealthError && nowMs - livenessMs < this.ttlMs;
  }

  private factsOf(orchestratorId: string, isIndependentInDatabase: boolean, nowMs: number): StatusFacts {
    const entry = this.entries.get(orchestratorId);
    return {
      isIndependent: entry?.flag.isIndependent ?? isIndependentInDatabase,
      isConnected: entry?.isConnected ?? false,
      hasHealthError: entry?.hasHealthError ?? false,
      abnormalEndMs: entry?.abnormalEndMs ?? null,
      livenessMs: entry?.livenessMs ?? null,
      tookOverFrom: entry?.tookOverFrom ?? null,
      expected: this.expected.get(orchestratorId, nowMs) ?? null,
      deafUntilMs: this.deafUntilMs,
      probe: entry?.link.probe ?? null,
    };
  }

  /** Another connection, or none, may have replaced it in the meantime. */
  private announceSwitched(entry: LiveEntry): void {
    if (this.entries.get(entry.orchestratorId) === entry) this.announceIfChanged(entry);
  }

  private announceIfChanged(entry: LiveEntry): void {
    if (this.statusNameOf(entry.orchestratorId) !== entry.announcedStatus) this.announce(entry);
  }

  /** Publishes an orchestrator's status, and writes it to the database. */
  private announce(entry: LiveEntry): void {
    const derived = this.statusOf(entry.orchestratorId, false);
    this.tell(entry.orchestratorId, entry.organizationId, derived, entry.announcedStatus, entry);
    entry.announcedStatus = derived.status;
  }

  private giveUpExpected(nowMs: number): void {
    for (const [orchestratorId, { organizationId, status }] of this.expected.takeOver(nowMs)) {
      const reason = 'It did not come back after the controller started.';
      this.tell(orchestratorId, organizationId, { status: 'inactive', reason }, status, undefined);
    }
  }

  private tell(
    orchestratorId: string,
    organizationId: string,
    { status, reason }: DerivedStatus,
    previous: OrchestratorStatus | null,
    entry: LiveEntry | undefined,
  ): void {
    this.pending.statusMayHaveChanged(orchestratorId);
    this.events.publish({
      type: 'orchestrator.status',
      organizationId,
      orchestratorId,
      summary: `${orchestratorId} is ${status}. ${reason}`,
      data: {
        status,
        status_reason: reason,
        previous_status: previous,
        connected: entry?.isConnected ?? false,
        is_independent: entry?.flag.isIndependent ?? false,
        last_seen: iso(entry?.lastSeenMs ?? 0),
      },
    });
  }
}
