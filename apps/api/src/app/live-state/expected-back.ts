import { isInScope, type Scope } from '../../platform/access/scope.js';
import type { LeftBehind } from './live-state.repository.js';

/** One that was active or in error when the controller went down, and may still come back. */
export interface Expected {
  readonly organizationId: string;
  /** Its row's `id`. */
  readonly rowId: number;
  /** What it was then, and is until it is back or its time is over. */
  readonly status: 'active' | 'error';
  /** When its connection had broken before the controller went down; null when it was connected. Monotonic. */
  readonly brokenAtMs: number | null;
  /** When its time is over; monotonic. */
  readonly untilMs: number;
}

/** Who was there when the controller went down and is not back yet, by id. */
export class ExpectedBack {
  private readonly all = new Map<string, Expected>();

  /** Takes who was left behind; gives the ids of those whose time is over already. */
  fill(leftBehind: LeftBehind[], nowMs: number): string[] {
    const over: string[] = [];
    for (const { orchestratorId, brokenForMs, leftMs, ...one } of leftBehind) {
      const brokenAtMs = brokenForMs === null ? null : nowMs - brokenForMs;
      if (leftMs > 0) this.all.set(orchestratorId, { ...one, brokenAtMs, untilMs: nowMs + leftMs });
      else over.push(orchestratorId);
    }
    return over;
  }

  /** Undefined for one that is back, is not waited for any more, or whose time is over. */
  get(orchestratorId: string, nowMs: number): Expected | undefined {
    const one = this.all.get(orchestratorId);
    return one && nowMs < one.untilMs ? one : undefined;
  }

  delete(orchestratorId: string): void {
    this.all.delete(orchestratorId);
  }

  /** Those who still have time: the turn that gives up the others may come a second later. */
  *present(nowMs: number, scope: Scope): Generator<Expected> {
    for (const one of this.all.values()) {
      if (nowMs < one.untilMs && isInScope(scope, one.organizationId)) yield one;
    }
  }

  /** Takes out those whose time is over. */
  takeOver(nowMs: number): [string, Expected][] {
    const over: [string, Expected][] = [];
    for (const one of this.all) if (nowMs >= one[1].untilMs) over.push(one);
    for (const [orchestratorId] of over) this.all.delete(orchestratorId);
    return over;
  }
}
