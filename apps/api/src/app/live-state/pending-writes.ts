import { Inject, Injectable } from '@nestjs/common';
import type { HealthStatus } from '@moolai/contracts';
import type { ByteBudget } from '../../platform/batching/byte-budget.js';
import { ByteBudgets } from '../../platform/batching/byte-budgets.js';

/** Health and details of one statement; the rest follows in the next one. */
const MAX_BATCH_BYTES = 4 * 1024 * 1024;
/** What is left of the detail of a `config_ack` when there is no room for all of it. */
const SHORT_DETAIL = 200;

/** What an orchestrator made of a configuration. */
export interface ConfigAck {
  version: number;
  status: 'applied' | 'failed';
  detail: string | null;
  atMs: number;
}

/** The newest of them, and the newest one that was applied: a later one may have failed. */
interface PendingAck extends ConfigAck {
  appliedVersion: number | null;
}

/** Whose `last_seen` is to be written; a live entry is one. */
export interface SeenEntry {
  readonly orchestratorId: string;
  /** 0 when there is nothing to be written. A number in any case: null in its place would make V8 allocate. */
  unwrittenSeenMs: number;
  /** When that was; monotonic. */
  readonly livenessMs: number;
}

/** What is to be written of one orchestrator besides. Absent fields stay as they are. */
export interface PendingWrite {
  activityMs?: number;
  /** JSON: a text is as large as it looks, which a parsed value is not. */
  health?: string;
  configAck?: PendingAck;
}

/** What is written at a time. An orchestrator that has connected again may be among `seen` twice. */
export interface PendingBatch {
  seen: SeenEntry[];
  /** When each of them was seen, in milliseconds since 1970. */
  seenMs: number[];
  /** When the first of them was seen; monotonic. Infinity when none was. */
  oldestMs: number;
  writes: Map<string, PendingWrite>;
  /** False when more waits than fits into one batch. */
  isWhole: boolean;
}

/**
 * What memory knows and the database does not yet. Bounded by the number of orchestrators: a newer
 * value takes the place of an older one of the same orchestrator. Texts are counted in bytes besides.
 */
@Injectable()
export class PendingWrites {
  /** Apart from the rest: every heartbeat comes here, and a list is filled and emptied faster than a map. */
  private seenEntries: SeenEntry[] = [];
  private writes = new Map<string, PendingWrite>();
  private readonly budget: ByteBudget;

  constructor(@Inject(ByteBudgets) { liveState }: Pick<ByteBudgets, 'liveState'>) {
    this.budget = liveState;
  }

  get size(): number {
    return Math.max(this.writes.size, this.seenEntries.length);
  }

  /** How many of these orchestrators have something to be written. */
  sizeOf(orchestratorIds: ReadonlySet<string>): number {
    const found = new Set<string>();
    for (const id of this.writes.keys()) if (orchestratorIds.has(id)) found.add(id);
    for (const { orchestratorId } of this.seenEntries) {
      if (orchestratorIds.has(orchestratorId)) found.add(orchestratorId);
    }
    return found.size;
  }

  seen(entry: SeenEntry, seenMs: number): void {
    if (entry.unwrittenSeenMs === 0) this.seenEntries.push(entry);
    entry.unwrittenSeenMs = seenMs;
  }

  /** Keeps a health to be stored; false when there is no room for it, and then the former one stays. */
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

  /** It was deleted: what waits must not be written to the next one with this id. */
  forget(orchestratorId: string): void {
    for (const entry of this.seenEntries) {
      if (entry.orchestratorId === orchestratorId) entry.unwrittenSeenMs = 0;
    }
    this.seenEntries = this.seenEntries.filter((entry) => entry.orchestratorId !== orchestratorId);
    const write = this.writes.get(orchestratorId);
    if (!write) return;
    this.writes.delete(orchestratorId);
    this.budget.give(bytesOf(write));
  }

  statusMayHaveChanged(orchestratorId: string): void {
    this.ofOrchestrator(orchestratorId);
  }

  /** The unwritten `last_seen` of one orchestrator; that of its newest connection, which stands last. */
  seenMs(orchestratorId: string): number | undefined {
    return this.seenEntries.findLast((entry) => entry.orchestratorId === orchestratorId)?.unwrittenSeenMs;
  }

  /** Every unwritten `last_seen`, by orchestrator; that of the newest connection. */
  allSeenMs(): Map<string, number> {
    const seen = new Map<string, number>();
    for (const { orchestratorId, unwrittenSeenMs } of this.seenEntries) {
      seen.set(orchestratorId, unwrittenSeenMs);
    }
    return seen;
  }

  /** Takes a batch. It must be given back: by {@link written}, or by {@link putBack} when it could not be written. */
  takeBatch(): PendingBatch {
    const seen = this.seenEntries;
    const seenMs: number[] = [];
    let oldestMs = Infinity;
    for (const entry of seen) {
      if (entry.livenessMs < oldestMs) oldestMs = entry.livenessMs;
      seenMs.push(entry.unwrittenSeenMs);
      entry.unwrittenSeenMs = 0;
    }
    this.seenEntries = [];
    const writes = this.takeWrites();
    return { seen, seenMs, oldestMs, writes, isWhole: this.writes.size === 0 };
  }

  /** The batch is in the database. */
  written({ writes }: PendingBatch): void {
    for (const write of writes.values()) this.budget.give(bytesOf(write));
  }

  /** Gives back what could not be written; what has come since is newer and wins. */
  putBack({ seen, seenMs, writes }: PendingBatch): void {
    const later = this.seenEntries;
    this.seenEntries = [];
    for (const [index, entry] of seen.entries()) {
      if (entry.unwrittenSeenMs === 0) this.seen(entry, seenMs[index] ?? 0);
    }
    // What came since stands last: of two connections of one orchestrator the newer one counts.
    for (const entry of later) this.seenEntries.push(entry);
    for (const [orchestratorId, write] of writes) {
      const newer = this.writes.get(orchestratorId);
      if (newer?.health !== undefined) this.budget.give(lengthOf(write.health));
      if (newer?.configAck) {
        newer.configAck.appliedVersion ??= write.configAck?.appliedVersion ?? null;
        this.budget.give(lengthOf(write.configAck?.detail));
      }
      this.writes.set(orchestratorId, { ...write, ...newer });
    }
  }

  private takeWrites(): Map<string, PendingWrite> {
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

  /** Lets a text take the place of another one; false when it does not fit. */
  private exchange(former: string | null | undefined, text: string | null): boolean {
    const more = lengthOf(text) - lengthOf(former);
    if (more > 0) return this.budget.take(more);
    this.budget.give(-more);
    return true;
  }

  /** An acknowledgement counts in any case, with as much of its detail as fits. */
  private fitting(former: string | null | undefined, detail: string | null): string | null {
    if (this.exchange(former, detail)) return detail;
    const short = detail?.slice(0, SHORT_DETAIL).toWellFormed() ?? null;
    if (this.exchange(former, short)) return short;
    this.budget.give(lengthOf(former));
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
