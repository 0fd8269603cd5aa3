import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { Recurring } from '../../platform/process/recurring.js';
import { RedisConnection } from '../../platform/redis/redis-connection.js';
import { InstanceBus, InstanceLease } from '../instances/index.js';
import { LiveFleet } from './live-fleet.js';
import type { LiveEntry } from './live-orchestrator.js';
import type { FleetReport, HeartbeatTotals, RemoteOrchestrator } from './remote-orchestrator.js';

/** The channel of the reports. */
export const REPORTS = 'fleet';
/** The topic with which an instance asks for everything. */
export const WHOLE = 'fleet.whole';
const TURN_MS = 250;
/** Turns between two reports of heartbeats. */
const SEEN_TURNS = 4;
const MAX_ROWS = 500;

/**
 * Tells the other instances about the orchestrators of this one: changes within a quarter of a second, heartbeats once a
 * second, and everything when one of them asks. Without other instances nothing is collected.
 */
@Injectable()
export class FleetReports implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly turns: Recurring;
  private readonly changed = new Set<string>();
  /** The last epochs of entries that were told, to be able to tell that they are gone. */
  private readonly told = new Map<string, number>();
  private seen = new Map<string, number>();
  private number = 0;
  private turn = 0;
  private mustTellAll = true;

  constructor(
    private readonly liveFleet: LiveFleet,
    private readonly lease: InstanceLease,
    private readonly bus: InstanceBus,
    private readonly redis: RedisConnection,
    @Inject(LOGGER) logger: Logger,
  ) {
    const failure = 'the other instances were not told about this one';
    this.turns = new Recurring({ everyMs: TURN_MS, work: () => this.report(), logger, failure });
  }

  onApplicationBootstrap(): void {
    if (!this.lease.isShared) return;
    this.bus.on(WHOLE, () => void (this.mustTellAll = true));
    this.redis.onUp(() => (this.mustTellAll = true));
    this.turns.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.turns.stop();
  }

  /** What others show of an orchestrator may have changed. */
  mayHaveChanged(orchestratorId: string): void {
    if (this.bus.hasOthers) this.changed.add(orchestratorId);
  }

  /** Heartbeats of about a second. */
  heard(entries: readonly { orchestratorId: string }[], seenMs: readonly number[]): void {
    if (!this.bus.hasOthers) return;
    for (const [index, { orchestratorId }] of entries.entries())
      this.seen.set(orchestratorId, seenMs[index] ?? 0);
  }

  private async report(): Promise<void> {
    this.turn += 1;
    if (!this.bus.hasOthers || !this.redis.isUp) {
      this.changed.clear();
      this.seen.clear();
      // An instance that comes back has not heard of the changes in between.
      this.mustTellAll = true;
      return;
    }
    if (this.mustTellAll) {
      this.mustTellAll = false;
      await this.tellAll();
      return;
    }
    const isHeartbeatTurn = this.turn % SEEN_TURNS === 0;
    if (this.changed.size === 0 && !isHeartbeatTurn) return;
    const { rows, gone } = this.rowsOf([...this.changed]);
    this.changed.clear();
    const seen = isHeartbeatTurn ? [...this.seen] : [];
    if (isHeartbeatTurn) this.seen = new Map();
    const pages = Math.max(1, Math.ceil(rows.length / MAX_ROWS));
    for (let page = 0; page < pages; page += 1) {
      const some = rows.slice(page * MAX_ROWS, (page + 1) * MAX_ROWS);
      const isLast = page === pages - 1;
      const rest = isLast ? { gone, seen, ...(isHeartbeatTurn ? { totals: this.totals() } : {}) } : {};
      await this.send({ rows: some, gone: [], seen: [], ...rest });
    }
  }

  private async tellAll(): Promise<void> {
    this.changed.clear();
    this.told.clear();
    const { rows } = this.rowsOf([...this.liveFleet.all()].map(({ orchestratorId }) => orchestratorId));
    await this.send({ rows: [], gone: [], seen: [], totals: this.totals(), whole: 'first' });
    for (let from = 0; from < rows.length; from += MAX_ROWS) {
      await this.send({ rows: rows.slice(from, from + MAX_ROWS), gone: [], seen: [], whole: 'more' });
    }
    await this.send({ rows: [], gone: [], seen: [], whole: 'last' });
  }

  private rowsOf(orchestratorIds: string[]): Pick<FleetReport, 'rows' | 'gone'> {
    const rows: RemoteOrchestrator[] = [];
    const gone: FleetReport['gone'] = [];
    for (const id of orchestratorIds) {
      const entry = this.liveFleet.get(id);
      if (entry) {
        rows.push(this.rowOf(entry));
        this.told.set(id, entry.ownerEpoch);
      } else if (this.told.has(id)) {
        gone.push([id, this.told.get(id) ?? 0]);
        this.told.delete(id);
      }
    }
    return { rows, gone };
  }

  private rowOf(entry: LiveEntry): RemoteOrchestrator {
    const { orchestratorId, organizationId, rowId, instanceId, ownerEpoch, isConnected, flag } = entry;
    const { status, reason } = this.liveFleet.statusOf(orchestratorId, false);
    return {
      orchestratorId,
      organizationId,
      rowId,
      startId: this.lease.startId,
      instanceId,
      ownerEpoch,
      status,
      reason,
      flag: { isIndependent: flag.isIndependent },
      isConnected,
      sessionId: entry.sessionId,
      remoteAddress: entry.remoteAddress,
      connectedAtMs: entry.connectedAtMs,
      lastSeenMs: entry.lastSeenMs,
      lostAtMs: this.liveFleet.lostAtMs(orchestratorId),
      configAck: null,
      shown: null,
    };
  }

  private totals(): HeartbeatTotals[] {
    const totals = new Map<string, HeartbeatTotals>();
    for (const { organizationId, processedHeartbeats, ignoredHeartbeats } of this.liveFleet.all()) {
      let of = totals.get(organizationId);
      if (!of) totals.set(organizationId, (of = [organizationId, 0, 0]));
      of[1] += processedHeartbeats;
      of[2] += ignoredHeartbeats;
    }
    return [...totals.values()];
  }

  private async send(report: Omit<FleetReport, 'startId' | 'number'>): Promise<void> {
    const text = JSON.stringify({ startId: this.lease.startId, number: this.number++, ...report });
    const heardBy = await this.redis.ask((client) => client.publish(this.redis.key(REPORTS), text));
    if (heardBy === undefined) this.mustTellAll = true;
  }
}
