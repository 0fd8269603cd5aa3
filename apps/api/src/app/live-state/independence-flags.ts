import { Injectable } from '@nestjs/common';
import type { IndependenceFlag } from './live-orchestrator.js';

/**
 * The independence flags of connected and registering orchestrators, from which heartbeats read them.
 *
 * A flag has two sources, the results of statements and the database's announcements, which may arrive in either order;
 * the database's version of each switch decides which is newer.
 */
@Injectable()
export class IndependenceFlags {
  private readonly flags = new Map<string, { flag: IndependenceFlag; holders: number }>();

  /**
   * The shared flag of an orchestrator, until {@link release}. Taken before the row is read, so that a switch announced
   * before the handshake is not missed.
   */
  retain(orchestratorId: string): IndependenceFlag {
    const known = this.flags.get(orchestratorId);
    if (known) {
      known.holders += 1;
      return known.flag;
    }
    const flag = { isIndependent: false, version: -1 };
    this.flags.set(orchestratorId, { flag, holders: 1 });
    return flag;
  }

  /** Ends one {@link retain}. */
  release(orchestratorId: string): void {
    const known = this.flags.get(orchestratorId);
    if (!known) return;
    known.holders -= 1;
    if (known.holders === 0) this.flags.delete(orchestratorId);
  }

  /** Applies a newer value. Returns whether that changed a flag. */
  apply(orchestratorId: string, isIndependent: boolean, version: number): boolean {
    const flag = this.flags.get(orchestratorId)?.flag;
    if (!flag || version <= flag.version) return false;
    const changed = flag.isIndependent !== isIndependent;
    flag.version = version;
    flag.isIndependent = isIndependent;
    return changed;
  }

  /** Ids of all flags in memory, for reading them again. */
  retainedIds(): string[] {
    return [...this.flags.keys()];
  }
}
