import { Injectable } from '@nestjs/common';
import { LiveRegistry } from './live-registry.js';
import type { FleetReport, HeartbeatTotals, RemoteOrchestrator } from './remote-orchestrator.js';

/** One other instance. */
interface Source {
  /** The number of the newest report. */
  number: number;
  totals: HeartbeatTotals[];
  /** The orchestrators named by a whole sequence that is under way; undefined if none is. */
  named: Set<string> | undefined;
}

/** What happened to a report. */
export type Outcome = 'applied' | 'gap';

/**
 * The orchestrators of the other instances, as these tell, so that every instance shows the whole fleet. Empty without
 * `REDIS_URL`.
 */
@Injectable()
export class FleetMirror {
  /** Increases with each change. */
  changes = 0;
  private readonly orchestrators = new Map<string, RemoteOrchestrator>();
  private readonly sources = new Map<number, Source>();

  constructor(private readonly registry: LiveRegistry) {}

  get(orchestratorId: string): RemoteOrchestrator | undefined {
    return this.orchestrators.get(orchestratorId);
  }

  all(): IterableIterator<RemoteOrchestrator> {
    return this.orchestrators.values();
  }

  get size(): number {
    return this.orchestrators.size;
  }

  /** The heartbeats that the other instances have counted. */
  *totals(): Generator<HeartbeatTotals> {
    for (const { totals } of this.sources.values()) yield* totals;
  }

  /** Applies a report; `gap` if an earlier one is missing, so that a whole sequence is needed. */
  apply(report: FleetReport): Outcome {
    const source = this.sourceOf(report.startId);
    const isNext = report.number === source.number + 1;
    source.number = report.number;
    if (report.rows.length + report.gone.length + report.seen.length > 0) this.changes += 1;
    if (report.whole === 'first') source.named = new Set();
    for (const row of report.rows) {
      source.named?.add(row.orchestratorId);
      this.set(row);
    }
    for (const [orchestratorId, ownerEpoch] of report.gone) this.delete(orchestratorId, ownerEpoch);
    for (const [orchestratorId, lastSeenMs] of report.seen) {
      const known = this.orchestrators.get(orchestratorId);
      if (known?.startId === report.startId) known.lastSeenMs = lastSeenMs;
    }
    if (report.totals) source.totals = report.totals;
    if (report.whole === 'last') this.dropUnnamed(report.startId, source);
    return isNext || source.named !== undefined || report.whole !== undefined ? 'applied' : 'gap';
  }

  /** Replaces everything known about these instances by what the database has. */
  replace(startIds: number[], rows: RemoteOrchestrator[]): void {
    const named = new Set(rows.map(({ orchestratorId }) => orchestratorId));
    for (const { orchestratorId, startId } of this.orchestrators.values()) {
      if (startIds.includes(startId) && !named.has(orchestratorId)) this.orchestrators.delete(orchestratorId);
    }
    for (const row of rows) this.set(row);
    this.changes += 1;
  }

  /** The instance has ended. */
  drop(startId: number): void {
    this.sources.delete(startId);
    for (const row of this.orchestrators.values()) {
      if (row.startId === startId) this.orchestrators.delete(row.orchestratorId);
    }
    this.changes += 1;
  }

  /** A registration here, or a deletion: what others told before no longer counts. */
  delete(orchestratorId: string, upToEpoch = Infinity): void {
    const known = this.orchestrators.get(orchestratorId);
    if (!known || known.ownerEpoch > upToEpoch) return;
    this.orchestrators.delete(orchestratorId);
    this.changes += 1;
  }

  private set(row: RemoteOrchestrator): void {
    const known = this.orchestrators.get(row.orchestratorId);
    if (known && known.ownerEpoch > row.ownerEpoch) return;
    // It is not for the sender to say.
    row.shown = null;
    this.orchestrators.set(row.orchestratorId, row);
    if (row.isConnected) this.registry.expected.delete(row.orchestratorId);
  }

  private dropUnnamed(startId: number, source: Source): void {
    const { named } = source;
    source.named = undefined;
    if (!named) return;
    for (const row of this.orchestrators.values()) {
      if (row.startId === startId && !named.has(row.orchestratorId))
        this.orchestrators.delete(row.orchestratorId);
    }
  }

  private sourceOf(startId: number): Source {
    let source = this.sources.get(startId);
    if (!source) this.sources.set(startId, (source = { number: -1, totals: [], named: undefined }));
    return source;
  }
}
