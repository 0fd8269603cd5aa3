import { Injectable } from '@nestjs/common';
import type { Costs } from '@moolai/contracts';
import { Clock } from '../../platform/clock/clock.js';
import { isStatementTooLong } from '../../platform/errors/error-translation.js';
import { startOfDay, UsageMemory } from './usage-memory.js';
import { UsageRepository, type UsageFilter } from './usage.repository.js';
import { UsageSums } from './usage-sums.js';

const DAY_MS = 86_400_000;
/** Below the console's timeout of ten seconds. */
export const COSTS_BUDGET_MS = 6_000;
/** Minimum time per statement, so that each request makes progress. */
const LEAST_MS = 2_000;
/** Days are read together as long as that is faster than this. */
const QUICK_MS = 250;
const SLOW_MS = 1_000;
const MAX_DAYS_AT_ONCE = 366;

/** Adds up usage from the newest day back, within a time limit, and caches finished days. */
@Injectable()
export class CostsReader {
  constructor(
    private readonly usage: UsageRepository,
    private readonly memory: UsageMemory,
    private readonly clock: Clock,
  ) {}

  /** If the time runs out, the sums begin at `covered_from`; a repeated request gets further. */
  async read(filter: UsageFilter, budgetMs = COSTS_BUDGET_MS): Promise<Costs> {
    const deadlineMs = this.clock.monotonicMs() + budgetMs;
    const { from, to } = filter;
    const first = await this.usage.firstBetween(from, to);
    const beginMs = first ? Math.max(from.getTime(), startOfDay(first.getTime())) : to.getTime();
    const sums = new UsageSums();
    const coveredMs = await this.walk(filter, beginMs, deadlineMs, sums);
    const isComplete = coveredMs <= beginMs;
    return {
      from: from.toISOString(),
      to: to.toISOString(),
      complete: isComplete,
      covered_from: isComplete ? from.toISOString() : new Date(coveredMs).toISOString(),
      ...sums.result(),
    };
  }

  /** @returns how far back it got */
  private async walk(
    filter: UsageFilter,
    beginMs: number,
    deadlineMs: number,
    sums: UsageSums,
  ): Promise<number> {
    const key = JSON.stringify([filter.organizationId, filter.orchestratorId, filter.scope]);
    let endMs = filter.to.getTime();
    let daysAtOnce = 1;
    let hasRead = false;
    while (endMs > beginMs) {
      const day = startOfDay(endMs - 1);
      const known = endMs === day + DAY_MS && day >= beginMs ? this.memory.recall(key, day) : undefined;
      if (known) {
        for (const one of known) sums.add(one);
        endMs = day;
        continue;
      }
      const leftMs = deadlineMs - this.clock.monotonicMs();
      if (hasRead && leftMs <= 0) break;
      const startMs = Math.max(beginMs, day - (daysAtOnce - 1) * DAY_MS);
      const startedAtMs = this.clock.monotonicMs();
      const isDone = await this.readPart(filter, key, startMs, endMs, Math.max(leftMs, LEAST_MS), sums);
      if (!isDone) break;
      hasRead = true;
      endMs = startMs;
      const tookMs = this.clock.monotonicMs() - startedAtMs;
      if (tookMs < QUICK_MS) daysAtOnce = Math.min(daysAtOnce * 4, MAX_DAYS_AT_ONCE);
      else if (tookMs > SLOW_MS) daysAtOnce = Math.max(1, Math.floor(daysAtOnce / 2));
    }
    return endMs;
  }

  /** @returns false if it took too long */
  private async readPart(
    filter: UsageFilter,
    key: string,
    startMs: number,
    endMs: number,
    patienceMs: number,
    sums: UsageSums,
  ): Promise<boolean> {
    const whole = wholeDays(startMs, Math.min(endMs, this.clock.nowMs())).map((day) => ({
      day,
      version: this.memory.version(day),
    }));
    const part = { ...filter, from: new Date(startMs), to: new Date(endMs) };
    try {
      const rows = await this.usage.byDay(part, patienceMs);
      for (const row of rows) sums.add(row);
      for (const { day, version } of whole) {
        const name = new Date(day).toISOString().slice(0, 10);
        this.memory.remember(
          key,
          day,
          version,
          rows.filter((row) => row.day === name),
        );
      }
      return true;
    } catch (error) {
      if (isStatementTooLong(error)) return false;
      throw error;
    }
  }
}

/** The full days between two moments. */
function wholeDays(startMs: number, endMs: number): number[] {
  const days: number[] = [];
  for (let day = startOfDay(startMs + DAY_MS - 1); day + DAY_MS <= endMs; day += DAY_MS) days.push(day);
  return days;
}
