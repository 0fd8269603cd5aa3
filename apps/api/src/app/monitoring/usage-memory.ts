import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import type { UsageOfDay } from './usage.repository.js';

const DAY_MS = 86_400_000;
/** Somebody may change usage by SQL, of which nothing is heard. */
const MAX_AGE_MS = 600_000;
/** Sums in memory, of all days and questions. */
const MAX_SUMS = 100_000;

interface Remembered {
  sums: UsageOfDay[];
  version: number;
  readAtMs: number;
}

/**
 * The sums of days that were added up already, so that a long time is read once and not with each look at it. What is
 * reported for a day makes its sums out of date.
 */
@Injectable()
export class UsageMemory {
  private readonly days = new Map<string, Remembered>();
  /** How often each day was reported for. */
  private readonly versions = new Map<number, number>();
  private size = 0;

  constructor(private readonly clock: Clock) {}

  /** Usage of these moments was stored, or may have been. */
  noteReports(momentsMs: readonly number[]): void {
    for (const day of new Set(momentsMs.map(startOfDay))) this.versions.set(day, this.version(day) + 1);
  }

  /** Read it before the day is added up. */
  version(day: number): number {
    return this.versions.get(day) ?? 0;
  }

  /** The sums of a day, for the question that `filter` names. */
  recall(filter: string, day: number): UsageOfDay[] | undefined {
    const key = keyOf(filter, day);
    const known = this.days.get(key);
    if (!known) return undefined;
    const isFresh = this.clock.monotonicMs() - known.readAtMs < MAX_AGE_MS;
    if (isFresh && known.version === this.version(day)) return known.sums;
    this.forget(key);
    return undefined;
  }

  /** @param version that of before it was added up */
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
