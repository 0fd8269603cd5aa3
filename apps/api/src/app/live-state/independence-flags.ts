import { Injectable } from '@nestjs/common';
import type { IndependenceFlag } from './live-orchestrator.js';

/**
 * The independence flags of the orchestrators that are connected or registering: the only place that
 * a heartbeat reads them from.
 *
 * A flag has two sources, the answer of a statement and the database's announcements, and they may
 * arrive in either order; the version that the database gives to each switch decides which is newer.
 */
@Injectable()
export class IndependenceFlags {
  private readonly flags = new Map<string, { flag: IndependenceFlag; holders: number }>();

  /**
   * The shared flag of an orchestrator, held until {@link release}. Taken before the row is read:
   * a switch that is announced between the read and the handshake would otherwise be missed.
   */
  hold(orchestratorId: string): IndependenceFlag {
    const known = this.flags.get(orchestratorId);
    if (known) {
      known.holders += 1;
      return known.flag;
    }
    const flag = { isIndependent: false, version: -1 };
    this.flags.set(orchestratorId, { flag, holders: 1 });
    return flag;
  }

  /** Ends one {@link hold}. */
  release(orchestratorId: string): void {
    const known = this.flags.get(orchestratorId);
    if (!known) return;
    known.holders -= 1;
    if (known.holders === 0) this.flags.delete(orchestratorId);
  }

  /** Takes over a newer value. Answers whether a held flag changed by it. */
  apply(orchestratorId: string, isIndependent: boolean, version: number): boolean {
    const flag = this.flags.get(orchestratorId)?.flag;
    if (!flag || version <= flag.version) return false;
    const changed = flag.isIndependent !== isIndependent;
    flag.version = version;
    flag.isIndependent = isIndependent;
    return changed;
  }

  /** Ids of all flags that are held, for reading them again. */
  heldIds(): string[] {
    return [...this.flags.keys()];
  }
}
