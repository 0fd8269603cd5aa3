import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import type { UsageOfDay } from './usage.repository.js';

const DAY_MS = 86_400_000;
/** Limits the age, because changes by plain SQL are not announced. */
const MAX_AGE_MS = 600_000;
/** Number of cached sums, over all days and filters. */
const MAX_SUMS = 100_000;

interface Remembered {
  sums: UsageOfDay[];
  version: number;
  readAtMs: number;
}

/** Caches the sums of past days, so that a long period is read once. A new report for a day invalidates its sums. */
@Injectable()
export class UsageMemory {
  private readonly days = new Map<string, Remembered>();
  /** Number of reports per day. */
  private readonly versions = new Map<number, number>();
  private size = 0;

  constructor(private readonly clock: Clock) {}

  /** Usage at these moments was stored, or may have been. */
  recordReports(momentsMs: readonly number[]): void {
    for (const day of new Set(momentsMs.map(startOfDay))) this.versions.set(day, this.version(day) + 1);
  }

  /** Read it before adding up the day. */
  version(day: number): number {
    return this.versions.get(day) ?? 0;
  }

  /** The cached sums of a day for a filter. */
  recall(filter: string, day: number): UsageOfDay[] | undefined {
    const key = keyOf(filter, day);
    const known = this.days.get(key);
    if (!known) return undefined;
    const isFresh = this.clock.monotonicMs() - known.readAtMs < MAX_AGE_MS;
    if (isFresh && known.version === this.version(day)) return known.sums;
    this.forget(key);
    return undefined;
  }

  /** @param version the version before the day was added up */
  remember(filter: string, day: number, version: number, sums: UsageOfDay[]): void {
    const key = keyOf(filter, day);
    this.forget(key);
    if (version !== this.version(day)) return;
    this.days.set(key, { sums, version, readAtMs: this.clock.monotonicMs() });
    this.size += sums.length + 1;
    for (const oldest of this.days.keys()) {
      if (this.size <= MAX_SUMS) return;
      this.forget(oldest);
    }
  }

  private forget(key: string): void {
    const known = this.days.get(key);
    if (!known) return;
    this.days.delete(key);
    this.size -= known.sums.length + 1;
  }
}

function keyOf(filter: string, day: number): string {
  return `${day} ${filter}`;
}

export function startOfDay(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS;
}
