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

/** What is to be written of one orchestrator. Absent fields stay as they are. */
export interface PendingWrite {
  seenMs?: number;
  activityMs?: number;
  health?: HealthStatus;
  configAck?: PendingAck;
}

/**
 * What memory knows and the database does not yet. Bounded by the number of orchestrators: a newer
 * value takes the place of an older one of the same orchestrator.
 */
@Injectable()
export class PendingWrites {
  private writes = new Map<string, PendingWrite>();

  get size(): number {
    return this.writes.size;
  }

  seen(orchestratorId: string, seenMs: number): void {
    const write = this.writes.get(orchestratorId);
    if (write) write.seenMs = seenMs;
    else this.writes.set(orchestratorId, { seenMs });
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
    return this.writes.get(orchestratorId)?.seenMs;
  }

  /** Every unwritten `last_seen`, by orchestrator. */
  allSeenMs(): Map<string, number> {
    const seen = new Map<string, number>();
    for (const [orchestratorId, { seenMs }] of this.writes) {
      if (seenMs !== undefined) seen.set(orchestratorId, seenMs);
    }
    return seen;
  }

  /** Takes everything; what cannot be written must be given back by {@link putBack}. */
  takeAll(): Map<string, PendingWrite> {
    const taken = this.writes;
    this.writes = new Map();
    return taken;
  }

  /** Gives back what could not be written; what has come since is newer and wins. */
  putBack(failed: Map<string, PendingWrite>): void {
    for (const [orchestratorId, write] of failed) {
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
