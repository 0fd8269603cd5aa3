import { Injectable } from '@nestjs/common';
import type { HealthStatus } from '@moolai/contracts';

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
  health?: HealthStatus;
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
}

/**
 * What memory knows and the database does not yet. Bounded by the number of orchestrators: a newer
 * value takes the place of an older one of the same orchestrator.
 */
@Injectable()
export class PendingWrites {
  /** Apart from the rest: every heartbeat comes here, and a list is filled and emptied faster than a map. */
  private seenEntries: SeenEntry[] = [];
  private writes = new Map<string, PendingWrite>();

  get size(): number {
    return Math.max(this.writes.size, this.seenEntries.length);
  }

  seen(entry: SeenEntry, seenMs: number): void {
    if (entry.unwrittenSeenMs === 0) this.seenEntries.push(entry);
    entry.unwrittenSeenMs = seenMs;
  }

  health(orchestratorId: string, health: HealthStatus): void {
    this.ofOrchestrator(orchestratorId).health = health;
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
      appliedVersion: configAck.status === 'applied' ? configAck.version : appliedVersion,
    };
  }

  statusMayHaveChanged(orchestratorId: string): void {
    this.ofOrchestrator(orchestratorId);
  }

  /** The unwritten `last_seen` of one orchestrator. */
  seenMs(orchestratorId: string): number | undefined {
    return this.allSeenMs().get(orchestratorId);
  }

  /** Every unwritten `last_seen`, by orchestrator; that of the newest connection. */
  allSeenMs(): Map<string, number> {
    const seen = new Map<string, number>();
    for (const { orchestratorId, unwrittenSeenMs } of this.seenEntries) {
      seen.set(orchestratorId, unwrittenSeenMs);
    }
    return seen;
  }

  /** Takes everything; what cannot be written must be given back by {@link putBack}. */
  takeAll(): PendingBatch {
    const { seenEntries: seen, writes } = this;
    const seenMs: number[] = [];
    let oldestMs = Infinity;
    for (const entry of seen) {
      if (entry.livenessMs < oldestMs) oldestMs = entry.livenessMs;
      seenMs.push(entry.unwrittenSeenMs);
      entry.unwrittenSeenMs = 0;
    }
    this.seenEntries = [];
    this.writes = new Map();
    return { seen, seenMs, oldestMs, writes };
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
      if (newer?.configAck) newer.configAck.appliedVersion ??= write.configAck?.appliedVersion ?? null;
      this.writes.set(orchestratorId, { ...write, ...newer });
    }
  }

  private ofOrchestrator(orchestratorId: string): PendingWrite {
    let write = this.writes.get(orchestratorId);
    if (!write) this.writes.set(orchestratorId, (write = {}));
    return write;
  }
}
