import { momentOf, type UsageEntry } from '@moolai/contracts';
import type { LiveEntry } from '../live-state/index.js';
import type { SampleColumns } from '../monitoring/index.js';
import { exactCosts } from './exact-costs.js';
import type { Figures, UsageEntryRow } from './inbox.repository.js';

/** A clock that is ahead of the controller's by less than this is believed. */
const TOLERATED_FUTURE_MS = 300_000;

/**
 * When figures were measured: as the report says, in UTC where it names no zone, unless that cannot be. A report of next year, or from
 * before what is kept, counts as of now.
 */
export function sampleMoment(timestamp: string | undefined, nowMs: number, keptMs: number): number {
  const atMs = timestamp === undefined ? NaN : momentOf(timestamp);
  const isPossible = atMs <= nowMs + TOLERATED_FUTURE_MS && atMs > nowMs - keptMs;
  return isPossible ? atMs : nowMs;
}

/** A row for each figure whose name has a number. */
export function samplesOf(
  { instanceId, metrics, atMs }: Figures,
  ids: ReadonlyMap<string, number>,
): SampleColumns {
  const columns: SampleColumns = { instanceIds: [], metricIds: [], atMs: [], values: [] };
  for (const [name, value] of Object.entries(metrics)) {
    const metricId = ids.get(name);
    if (metricId === undefined) continue;
    columns.instanceIds.push(instanceId);
    columns.metricIds.push(metricId);
    columns.atMs.push(atMs);
    columns.values.push(value);
  }
  return columns;
}

/** A row for each usage entry, with the cost as it was written. */
export function usageOf(
  { orchestratorId, organizationId }: LiveEntry,
  usage: UsageEntry[] | undefined,
  atMs: number,
  frame: Buffer,
): UsageEntryRow[] {
  if (!usage || usage.length === 0) return [];
  const costs = exactCosts(frame.toString('utf8'), usage);
  return usage.map((entry, index) => ({
    orchestratorId,
    organizationId,
    atMs,
    model: entry.model,
    requests: entry.requests ?? null,
    inputTokens: entry.input_tokens ?? null,
    outputTokens: entry.output_tokens ?? null,
    costUsd: costs[index] ?? null,
  }));
}
