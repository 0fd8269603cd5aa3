import { momentOf, type UsageEntry } from '@moolai/contracts';
import type { LiveEntry } from '../live-state/index.js';
import type { SampleColumns } from '../monitoring/index.js';
import { exactCosts } from './exact-costs.js';
import type { Figures, UsageEntryRow } from './inbox.repository.js';

/** A timestamp ahead of the controller's clock by less than this is accepted. */
const TOLERATED_FUTURE_MS = 300_000;

/**
 * When metrics were measured: the report's timestamp, in UTC if it has no zone, if it is plausible. A report from the
 * future or from before the retention period counts as measured now.
 */
export function sampleMoment(timestamp: string | undefined, nowMs: number, keptMs: number): number {
  const atMs = timestamp === undefined ? NaN : momentOf(timestamp);
  const isPossible = atMs <= nowMs + TOLERATED_FUTURE_MS && atMs > nowMs - keptMs;
  return isPossible ? atMs : nowMs;
}

/** One row per metric with a numbered name. */
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

/** One row per usage entry, with the exact cost. */
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
