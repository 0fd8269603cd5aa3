import { Inject, Injectable } from '@nestjs/common';
import type { HealthStatus } from '@moolai/contracts';
import type { ByteBudget } from '../../platform/batching/byte-budget.js';
import { ByteBudgets } from '../../platform/batching/byte-budgets.js';

/** Limits health and details per statement; the rest follows in the next one. */
const MAX_BATCH_BYTES = 4 * 1024 * 1024;
/** Length of a `config_ack` detail truncated for lack of space. */
const SHORT_DETAIL = 200;

/** An orchestrator's acknowledgement of a configuration. */
export interface ConfigAck {
  version: number;
  status: 'applied' | 'failed';
  detail: string | null;
  atMs: number;
}

/** The newest acknowledgement, and the newest applied version, because a later one may have failed. */
interface PendingAck extends ConfigAck {
  appliedVersion: number | null;
}

/** An entry whose `last_seen` is to be written; live entries are such. */
export interface SeenEntry {
  readonly orchestratorId: string;
  /** 0 if there is nothing to write. Always a number, because V8 would allocate for null. */
  unwrittenSeenMs: number;
  /** The same moment; monotonic. */
  readonly livenessMs: number;
}

/** Other changes of one orchestrator. Absent fields stay unchanged. */
export interface PendingWrite {
  activityMs?: number;
  /** Serialized JSON: its size in memory is known, unlike that of a parsed value. */
  health?: string;
  configAck?: PendingAck;
}

/** One batch. A reconnected orchestrator may appear twice in `seen`. */
export interface PendingBatch {
  seen: SeenEntry[];
  /** When each was seen, in milliseconds since 1970. */
  seenMs: number[];
  /** When the first was seen; monotonic. Infinity if there are none. */
  oldestMs: number;
  writes: Map<string, PendingWrite>;
  /** False if more is waiting than fits into one batch. */
  isWhole: boolean;
}

/**
 * Changes in memory that the database does not have yet. Limited by the number of orchestrators, because a newer value
 * replaces an older one. Texts are also limited in bytes.
 */
@Injectable()
export class PendingWrites {
  /** Separate, because every heartbeat ends up here, and a list is faster than a map. */
  private seenEntries: SeenEntry[] = [];
  private writes = new Map<string, PendingWrite>();
  private readonly budget: ByteBudget;

  constructor(@Inject(ByteBudgets) { liveState }: Pick<ByteBudgets, 'liveState'>) {
    this.budget = liveState;
  }

  get size(): number {
    return Math.max(this.writes.size, this.seenEntries.length);
  }

  /** Number of these orchestrators with something to write. */
  sizeOf(orchestratorIds: ReadonlySet<string>): number {
    const found = new Set<string>();
    for (const id of this.writes.keys()) if (orchestratorIds.has(id)) found.add(id);
    for (const { orchestratorId } of this.seenEntries) {
      if (orchestratorIds.has(orchestratorId)) found.add(orchestratorId);
    }
    return found.size;
  }

  recordSeen(entry: SeenEntry, seenMs: number): void {
    if (entry.unwrittenSeenMs === 0) this.seenEntries.push(entry);
    entry.unwrittenSeenMs = seenMs;
  }

  /** Keeps a health report to be stored; if it does not fit, returns false and keeps the previous one. */
  health(orchestratorId: string, health: HealthStatus): boolean {
    const write = this.ofOrchestrator(orchestratorId);
    const text = JSON.stringify(health);
    if (!this.exchange(write.health, text)) return false;
    write.health = text;
    return true;
  }

  active(orchestratorId: string, activityMs: number): void {
    this.ofOrchestrator(orchestratorId).activityMs = activityMs;
  }

  acknowledged(orchestratorId: string, configAck: ConfigAck): void {
    const write = this.ofOrchestrator(orchestratorId);
    const { version = 0, appliedVersion = null } = write.configAck ?? {};
    if (configAck.version < version) return;
    write.configAck = {
      ...configAck,
      detail: this.fitting(write.configAck?.detail, configAck.detail),
      appliedVersion: configAck.status === 'applied' ? configAck.version : appliedVersion,
    };
  }

  /** It was deleted: its changes must not be written to the next orchestrator with this id. */
  forget(orchestratorId: string): void {
    for (const entry of this.seenEntries) {
      if (entry.orchestratorId === orchestratorId) entry.unwrittenSeenMs = 0;
    }
    this.seenEntries = this.seenEntries.filter((entry) => entry.orchestratorId !== orchestratorId);
    const write = this.writes.get(orchestratorId);
    if (!write) return;
    this.writes.delete(orchestratorId);
    this.budget.release(bytesOf(write));
  }

  statusMayHaveChanged(orchestratorId: string): void {
    this.ofOrchestrator(orchestratorId);
  }

  /** The unwritten `last_seen` of one orchestrator, from its newest connection, which comes last. */
  seenMs(orchestratorId: string): number | undefined {
    return this.seenEntries.findLast((entry) => entry.orchestratorId === orchestratorId)?.unwrittenSeenMs;
  }

  /** Every unwritten `last_seen` by orchestrator, from the newest connection. */
  allSeenMs(): Map<string, number> {
    const seen = new Map<string, number>();
    for (const { orchestratorId, unwrittenSeenMs } of this.seenEntries) {
      seen.set(orchestratorId, unwrittenSeenMs);
    }
    return seen;
  }

  /** Takes a batch, which must be returned by {@link written}, or by {@link restore} if the write failed. */
  startBatch(): PendingBatch {
    const seen = this.seenEntries;
    const seenMs: number[] = [];
    let oldestMs = Infinity;
    for (const entry of seen) {
      if (entry.livenessMs < oldestMs) oldestMs = entry.livenessMs;
      seenMs.push(entry.unwrittenSeenMs);
      entry.unwrittenSeenMs = 0;
    }
    this.seenEntries = [];
    const writes = this.startWrites();
    return { seen, seenMs, oldestMs, writes, isWhole: this.writes.size === 0 };
  }

  /** The batch is in the database. */
  written({ writes }: PendingBatch): void {
    for (const write of writes.values()) this.budget.release(bytesOf(write));
  }

  /** Returns a failed batch; newer changes win. */
  restore({ seen, seenMs, writes }: PendingBatch): void {
    const later = this.seenEntries;
    this.seenEntries = [];
    for (const [index, entry] of seen.entries()) {
      if (entry.unwrittenSeenMs === 0) this.recordSeen(entry, seenMs[index] ?? 0);
    }
    // Newer entries come last: of two connections of one orchestrator the newer one counts.
    for (const entry of later) this.seenEntries.push(entry);
    for (const [orchestratorId, write] of writes) {
      const newer = this.writes.get(orchestratorId);
      if (newer?.health !== undefined) this.budget.release(lengthOf(write.health));
      if (newer?.configAck) {
        newer.configAck.appliedVersion ??= write.configAck?.appliedVersion ?? null;
        this.budget.release(lengthOf(write.configAck?.detail));
      }
      this.writes.set(orchestratorId, { ...write, ...newer });
    }
  }

  private startWrites(): Map<string, PendingWrite> {
    const taken = new Map<string, PendingWrite>();
    if (this.budget.usedBytes <= MAX_BATCH_BYTES) {
      const { writes } = this;
      this.writes = taken;
      return writes;
    }
    let bytes = 0;
    for (const [orchestratorId, write] of this.writes) {
      bytes += bytesOf(write);
      if (taken.size > 0 && bytes > MAX_BATCH_BYTES) return taken;
      taken.set(orchestratorId, write);
      this.writes.delete(orchestratorId);
    }
    return taken;
  }

  /** Replaces a text; false if the new one does not fit. */
  private exchange(former: string | null | undefined, text: string | null): boolean {
    const more = lengthOf(text) - lengthOf(former);
    if (more > 0) return this.budget.reserve(more);
    this.budget.release(-more);
    return true;
  }

  /** An acknowledgement always counts, with as much of its detail as fits. */
  private fitting(former: string | null | undefined, detail: string | null): string | null {
    if (this.exchange(former, detail)) return detail;
    const short = detail?.slice(0, SHORT_DETAIL).toWellFormed() ?? null;
    if (this.exchange(former, short)) return short;
    this.budget.release(lengthOf(former));
    return null;
  }

  private ofOrchestrator(orchestratorId: string): PendingWrite {
    let write = this.writes.get(orchestratorId);
    if (!write) this.writes.set(orchestratorId, (write = {}));
    return write;
  }
}

function lengthOf(text: string | null | undefined): number {
  return text ? Buffer.byteLength(text) : 0;
}

function bytesOf({ health, configAck }: PendingWrite): number {
  return lengthOf(health) + lengthOf(configAck?.detail);
}
