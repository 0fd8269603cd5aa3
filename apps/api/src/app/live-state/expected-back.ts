import { isInScope, type Scope } from '../../platform/access/scope.js';
import type { LeftBehind } from './live-state.repository.js';

/** An orchestrator that was active or in error when the controller stopped, and may still reconnect. */
export interface Expected {
  readonly organizationId: string;
  /** Its row's `id`. */
  readonly rowId: number;
  /** Its status then, kept until it reconnects or its time is over. */
  readonly status: 'active' | 'error';
  /** When its connection was lost before the controller stopped; null if it was connected. Monotonic. */
  readonly brokenAtMs: number | null;
  /** When its time is over; monotonic. */
  readonly untilMs: number;
}

/** Orchestrators that were connected when the controller stopped and have not reconnected yet, by id. */
export class ExpectedBack {
  private readonly all = new Map<string, Expected>();

  /** Adds the orchestrators of the previous run; returns the ids of those whose time is already over. */
  add(leftBehind: LeftBehind[], nowMs: number): string[] {
    const over: string[] = [];
    for (const { orchestratorId, brokenForMs, leftMs, ...one } of leftBehind) {
      const brokenAtMs = brokenForMs === null ? null : nowMs - brokenForMs;
      if (leftMs > 0) this.all.set(orchestratorId, { ...one, brokenAtMs, untilMs: nowMs + leftMs });
      else over.push(orchestratorId);
    }
    return over;
  }

  /** Undefined for one that has reconnected, is no longer expected, or whose time is over. */
  get(orchestratorId: string, nowMs: number): Expected | undefined {
    const one = this.all.get(orchestratorId);
    return one && nowMs < one.untilMs ? one : undefined;
  }

  delete(orchestratorId: string): void {
    this.all.delete(orchestratorId);
  }

  /** Those with time left: the turn that gives up the others may be a second late. */
  *present(nowMs: number, scope: Scope): Generator<Expected> {
    for (const one of this.all.values()) {
      if (nowMs < one.untilMs && isInScope(scope, one.organizationId)) yield one;
    }
  }

  /** Removes and returns those whose time is over. */
  removeOverdue(nowMs: number): [string, Expected][] {
    const over: [string, Expected][] = [];
    for (const one of this.all) if (nowMs >= one[1].untilMs) over.push(one);
    for (const [orchestratorId] of over) this.all.delete(orchestratorId);
    return over;
  }
}
