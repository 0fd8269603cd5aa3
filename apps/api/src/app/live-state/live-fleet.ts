import { Inject, Injectable } from '@nestjs/common';
import type { OrchestratorStatus } from '@moolai/contracts';
import { isInScope, type Scope } from '../../platform/access/scope.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/config/settings.token.js';
import { FleetMirror } from './fleet-mirror.js';
import { HeartbeatPath } from './heartbeat.path.js';
import type { LiveEntry } from './live-orchestrator.js';
import type { LiveSource, LiveVisitor } from './live-rows.js';
import { LiveRegistry } from './live-registry.js';
import type { RemoteOrchestrator } from './remote-orchestrator.js';
import { deriveStatus, explainStatus, type DerivedStatus, type StatusFacts } from './orchestrator-status.js';
import { RowSet, type LiveRowSets } from './row-set.js';

/** An orchestrator of this instance or of another one. */
export type KnownOrchestrator = LiveEntry | RemoteOrchestrator;

/** Reads the fleet from memory: entries, statuses and counts. */
@Injectable()
export class LiveFleet implements LiveSource {
  readonly ttlMs: number;

  constructor(
    private readonly registry: LiveRegistry,
    private readonly heartbeats: HeartbeatPath,
    private readonly mirror: FleetMirror,
    private readonly clock: Clock,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.ttlMs = settings.heartbeatTtlSec * 1000;
  }

  get(orchestratorId: string): LiveEntry | undefined {
    return this.registry.get(orchestratorId);
  }

  /** The same, or the orchestrator of another instance. */
  find(orchestratorId: string): KnownOrchestrator | undefined {
    return this.remoteOf(orchestratorId) ?? this.registry.get(orchestratorId);
  }

  /** Every entry of this instance, connected or lost a moment ago. */
  all(): IterableIterator<LiveEntry> {
    return this.registry.all();
  }

  /**
   * The status of an orchestrator, and its reason.
   * @param isIndependentInDatabase the flag of its row, used when memory has no entry
   */
  statusOf(orchestratorId: string, isIndependentInDatabase: boolean): DerivedStatus {
    const remote = this.remoteOf(orchestratorId);
    if (remote) return { status: remote.status, reason: remote.reason };
    const nowMs = this.clock.monotonicMs();
    const facts = this.factsOf(orchestratorId, isIndependentInDatabase, nowMs);
    return {
      status: deriveStatus(facts, nowMs, this.ttlMs),
      reason: explainStatus(facts, nowMs, this.ttlMs, this.clock.wallAt(0)),
    };
  }

  /** The status without its reason, for callers that ask about thousands. */
  statusNameOf(orchestratorId: string): OrchestratorStatus {
    const nowMs = this.clock.monotonicMs();
    const entry = this.registry.get(orchestratorId);
    if (entry && this.isPlainlyActive(entry, nowMs)) return 'active';
    const remote = this.remoteOf(orchestratorId);
    if (remote) return remote.status;
    return deriveStatus(this.factsOf(orchestratorId, false, nowMs), nowMs, this.ttlMs);
  }

  /** The answer of {@link deriveStatus} for most orchestrators, without an object made for the question. */
  isPlainlyActive(entry: LiveEntry, nowMs: number): boolean {
    const { isConnected, flag, hasHealthError, livenessMs } = entry;
    return isConnected && !flag.isIndependent && !hasHealthError && nowMs - livenessMs < this.ttlMs;
  }

  /** When an orchestrator's connection was lost, in milliseconds since 1970; null when it was not. */
  lostAtMs(orchestratorId: string): number | null {
    const remote = this.remoteOf(orchestratorId);
    if (remote) return remote.lostAtMs;
    const entry = this.registry.get(orchestratorId);
    const ms = entry
      ? entry.abnormalEndMs
      : this.registry.expected.get(orchestratorId, this.clock.monotonicMs())?.brokenAtMs;
    return ms === null || ms === undefined ? null : this.clock.wallAt(ms);
  }

  /**
   * Increases whenever something changed that {@link visitConnected} shows. A status that time alone changes follows
   * when it is announced, within a second.
   */
  get version(): number {
    return this.registry.changes + this.heartbeats.processed + this.mirror.changes;
  }

  /** Calls `visit` for each connected orchestrator, without making an object for it. */
  visitConnected(scope: Scope, visit: LiveVisitor): void {
    const nowMs = this.clock.monotonicMs();
    for (const entry of this.registry.all()) {
      if (!entry.isConnected || !isInScope(scope, entry.organizationId)) continue;
      visit(entry, this.isPlainlyActive(entry, nowMs) ? 'active' : this.statusNameOf(entry.orchestratorId));
    }
    for (const remote of this.remotes(scope)) if (remote.isConnected) visit(remote, remote.status);
  }

  /** The number of orchestrators that were active when the controller went down, and still have time to come back. */
  expectedCount(scope: Scope): number {
    let count = 0;
    for (const { status } of this.registry.expected.present(this.clock.monotonicMs(), scope)) {
      if (status === 'active') count += 1;
    }
    return count;
  }

  /** The orchestrators in memory by derived status; all others are inactive or independent. */
  rowsByStatus(scope: Scope): LiveRowSets {
    const rows = { active: new RowSet(), error: new RowSet(), connected: new RowSet() };
    const nowMs = this.clock.monotonicMs();
    for (const { rowId, status } of this.registry.expected.present(nowMs, scope)) rows[status].add(rowId);
    for (const entry of this.registry.all()) {
      if (!isInScope(scope, entry.organizationId)) continue;
      if (entry.isConnected) rows.connected.add(entry.rowId);
      const status = this.isPlainlyActive(entry, nowMs) ? 'active' : this.statusNameOf(entry.orchestratorId);
      if (status === 'active' || status === 'error') rows[status].add(entry.rowId);
    }
    for (const { isConnected, rowId, status } of this.remotes(scope)) {
      if (isConnected) rows.connected.add(rowId);
      if (status === 'active' || status === 'error') rows[status].add(rowId);
    }
    return rows;
  }

  /** The numbers of connected, active and failing orchestrators; one that is expected back counts as active. */
  count(scope: Scope): { connected: number; active: number; error: number } {
    const counts = { connected: 0, active: 0, error: 0 };
    const nowMs = this.clock.monotonicMs();
    for (const { status } of this.registry.expected.present(nowMs, scope)) counts[status] += 1;
    for (const entry of this.registry.all()) {
      if (!isInScope(scope, entry.organizationId)) continue;
      if (entry.isConnected) counts.connected += 1;
      const isPlain = this.isPlainlyActive(entry, nowMs);
      const status = isPlain ? 'active' : this.statusNameOf(entry.orchestratorId);
      if (status === 'active' || status === 'error') counts[status] += 1;
    }
    for (const { isConnected, status } of this.remotes(scope)) {
      if (isConnected) counts.connected += 1;
      if (status === 'active' || status === 'error') counts[status] += 1;
    }
    return counts;
  }

  /** The same for each organization. */
  countByOrganization(): Map<string, { active: number; error: number }> {
    const counts = new Map<string, { active: number; error: number }>();
    const count = (organizationId: string, status: OrchestratorStatus): void => {
      const of = counts.get(organizationId) ?? { active: 0, error: 0 };
      if (status === 'active' || status === 'error') of[status] += 1;
      counts.set(organizationId, of);
    };
    const present = this.registry.expected.present(this.clock.monotonicMs(), null);
    for (const { organizationId, status } of present) count(organizationId, status);
    for (const { orchestratorId, organizationId } of this.registry.all()) {
      count(organizationId, this.statusNameOf(orchestratorId));
    }
    for (const { organizationId, status } of this.remotes(null)) count(organizationId, status);
    return counts;
  }

  /** Heartbeats since this process started; within a scope, those of the present connections. */
  heartbeatCounts(scope: Scope): { processed: number; ignored: number } {
    const counts = scope === null ? this.ownHeartbeats() : this.heartbeatsOf(scope);
    for (const [organizationId, processed, ignored] of this.mirror.totals()) {
      if (!isInScope(scope, organizationId)) continue;
      counts.processed += processed;
      counts.ignored += ignored;
    }
    return counts;
  }

  private ownHeartbeats(): { processed: number; ignored: number } {
    return { processed: this.heartbeats.processed, ignored: this.heartbeats.ignored };
  }

  private heartbeatsOf(scope: Scope): { processed: number; ignored: number } {
    const counts = { processed: 0, ignored: 0 };
    for (const entry of this.registry.all()) {
      if (!isInScope(scope, entry.organizationId)) continue;
      counts.processed += entry.processedHeartbeats;
      counts.ignored += entry.ignoredHeartbeats;
    }
    return counts;
  }

  /** An orchestrator of another instance, unless it has registered here since. */
  private remoteOf(orchestratorId: string): RemoteOrchestrator | undefined {
    if (this.mirror.size === 0) return undefined;
    const remote = this.mirror.get(orchestratorId);
    const entry = this.registry.get(orchestratorId);
    return remote && entry && entry.ownerEpoch >= remote.ownerEpoch ? undefined : remote;
  }

  private *remotes(scope: Scope): Generator<RemoteOrchestrator> {
    for (const remote of this.mirror.all()) {
      if (isInScope(scope, remote.organizationId) && !this.registry.get(remote.orchestratorId)) yield remote;
    }
  }

  private factsOf(orchestratorId: string, isIndependentInDatabase: boolean, nowMs: number): StatusFacts {
    const entry = this.registry.get(orchestratorId);
    return {
      isIndependent: entry?.flag.isIndependent ?? isIndependentInDatabase,
      isConnected: entry?.isConnected ?? false,
      hasHealthError: entry?.hasHealthError ?? false,
      abnormalEndMs: entry?.abnormalEndMs ?? null,
      livenessMs: entry?.livenessMs ?? null,
      tookOverFrom: entry?.tookOverFrom ?? null,
      expected: this.registry.expected.get(orchestratorId, nowMs) ?? null,
      deafUntilMs: this.registry.deafUntilMs,
      probe: entry?.link.probe ?? null,
    };
  }
}
