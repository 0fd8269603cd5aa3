import { Injectable } from '@nestjs/common';
import type { Costs, UsageTotals } from '@moolai/contracts';
import { DataSource, type EntityManager } from 'typeorm';
import { inScope, type Scope } from '../../platform/access/scope.js';
import { asLongRead } from '../../platform/database/lanes.js';

/** One entry of a report, to be stored. */
export interface UsageRow {
  messageId: number;
  entry: number;
  orchestratorId: string;
  organizationId: string;
  atMs: number;
  model: string;
  requests: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
  /** As it was written in the report: money never becomes a float. */
  costUsd: string | null;
}

/** Whose usage of when. */
export interface UsageFilter {
  from: Date;
  to: Date;
  organizationId: string | undefined;
  orchestratorId: string | undefined;
  scope: Scope;
}

interface TotalsRow {
  key: string | null;
  requests: string;
  input_tokens: string;
  output_tokens: string;
  cost_usd: string;
  unpriced_entries: string;
}

function toTotals(row: TotalsRow): UsageTotals {
  return {
    requests: Number(row.requests),
    input_tokens: Number(row.input_tokens),
    output_tokens: Number(row.output_tokens),
    cost_usd: row.cost_usd,
    unpriced_entries: Number(row.unpriced_entries),
  };
}

/** Writes usage in one statement, within a transaction of the caller's. */
export async function insertUsage(manager: EntityManager, rows: UsageRow[]): Promise<void> {
  if (rows.length === 0) return;
  await manager.query(
    `INSERT INTO usage_entries (message_id, entry, orchestrator_id, organization_id, at, model, requests,
       input_tokens, output_tokens, cost_usd)
     SELECT m, e, o, g, to_timestamp(t / 1000.0), model, r, i, x, c
     FROM unnest($1::bigint[], $2::int[], $3::text[], $4::text[], $5::float8[], $6::text[], $7::bigint[], $8::bigint[],
       $9::bigint[], $10::numeric[]) AS u(m, e, o, g, t, model, r, i, x, c)`,
    [
      rows.map((row) => row.messageId),
      rows.map((row) => row.entry),
      rows.map((row) => row.orchestratorId),
      rows.map((row) => row.organizationId),
      rows.map((row) => row.atMs),
      rows.map((row) => row.model),
      rows.map((row) => row.requests),
      rows.map((row) => row.inputTokens),
      rows.map((row) => row.outputTokens),
      rows.map((row) => row.costUsd),
    ],
  );
}

/** Reads of reported usage. */
@Injectable()
export class UsageRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Sums of usage: all of it, and by organization, model and day. */
  async costs(filter: UsageFilter): Promise<Omit<Costs, 'from' | 'to'>> {
    const [total, organizations, models, days] = await asLongRead(() =>
      Promise.all([
        this.sums(filter, 'NULL::text'),
        this.sums(filter, 'organization_id'),
        this.sums(filter, 'model'),
        this.sums(filter, `to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD')`),
      ]),
    );
    const none: TotalsRow = {
      key: null,
      requests: '0',
      input_tokens: '0',
      output_tokens: '0',
      cost_usd: '0',
      unpriced_entries: '0',
    };
    return {
      total: toTotals(total[0] ?? none),
      by_organization: organizations.map((row) => ({ organization_id: row.key ?? '', ...toTotals(row) })),
      by_model: models.map((row) => ({ model: row.key ?? '', ...toTotals(row) })),
      by_day: days.map((row) => ({ day: row.key ?? '', ...toTotals(row) })),
    };
  }

  /** @param key an SQL expression of this file's own */
  private async sums(
    { from, to, organizationId, orchestratorId, scope }: UsageFilter,
    key: string,
  ): Promise<TotalsRow[]> {
    return this.dataSource.query<TotalsRow[]>(
      `SELECT ${key} AS key, coalesce(sum(requests), 0) AS requests,
         coalesce(sum(input_tokens), 0) AS input_tokens, coalesce(sum(output_tokens), 0) AS output_tokens,
         coalesce(trim_scale(sum(cost_usd)), 0)::text AS cost_usd,
         count(*) FILTER (WHERE cost_usd IS NULL) AS unpriced_entries
       FROM usage_entries
       WHERE at >= $1 AND at < $2 AND ($3::text IS NULL OR organization_id = $3)
         AND ($4::text IS NULL OR orchestrator_id = $4) AND ${inScope('organization_id', '$5')}
       GROUP BY 1 ORDER BY 1`,
      [from, to, organizationId ?? null, orchestratorId ?? null, scope],
    );
  }
}
