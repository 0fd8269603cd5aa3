import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { inScope, type Scope } from '../../platform/access/scope.js';
import { asLongRead } from '../../platform/database/lanes.js';

/** One usage entry to be stored. */
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
  /** The exact digits of the report: money is never a float. */
  costUsd: string | null;
}

/** Organizations and period of usage. */
export interface UsageFilter {
  from: Date;
  to: Date;
  organizationId: string | undefined;
  orchestratorId: string | undefined;
  scope: Scope;
}

/** Usage of one model by one organization on one day; integers and amounts as strings, which are exact. */
export interface UsageOfDay {
  /** Such as `2026-11-28`, in UTC. */
  day: string;
  organization_id: string;
  model: string;
  requests: string;
  input_tokens: string;
  output_tokens: string;
  cost_usd: string;
  unpriced_entries: string;
}

/** Stores usage in one statement, within the caller's transaction. */
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

/** SQL for reading usage. */
@Injectable()
export class UsageRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** The time of the earliest usage between two moments. */
  async firstBetween(from: Date, to: Date): Promise<Date | null> {
    const rows = await asLongRead(() =>
      this.dataSource.query<{ first: Date | null }[]>(
        'SELECT min(at) AS first FROM usage_entries WHERE at >= $1 AND at < $2',
        [from, to],
      ),
    );
    return rows[0]?.first ?? null;
  }

  /** Sums of usage by day, organization and model. The server aborts the query after `patienceMs`. */
  async byDay(
    { from, to, organizationId, orchestratorId, scope }: UsageFilter,
    patienceMs: number,
  ): Promise<UsageOfDay[]> {
    return asLongRead(() =>
      this.dataSource.transaction(async (manager) => {
        await manager.query(`SET LOCAL statement_timeout = ${Math.ceil(patienceMs)}`);
        return manager.query<UsageOfDay[]>(
          `SELECT to_char((at AT TIME ZONE 'UTC')::date, 'YYYY-MM-DD') AS day, organization_id, model,
             coalesce(sum(requests), 0)::text AS requests, coalesce(sum(input_tokens), 0)::text AS input_tokens,
             coalesce(sum(output_tokens), 0)::text AS output_tokens, coalesce(sum(cost_usd), 0)::text AS cost_usd,
             count(*) FILTER (WHERE cost_usd IS NULL)::text AS unpriced_entries
           FROM usage_entries
           WHERE at >= $1 AND at < $2 AND ($3::text IS NULL OR organization_id = $3)
             AND ($4::text IS NULL OR orchestrator_id = $4) AND ${inScope('organization_id', '$5')}
           GROUP BY (at AT TIME ZONE 'UTC')::date, organization_id, model`,
          [from, to, organizationId ?? null, orchestratorId ?? null, scope],
        );
      }),
    );
  }
}
