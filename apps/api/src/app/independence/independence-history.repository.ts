import { Injectable } from '@nestjs/common';
import type {
  IndependenceGrant,
  IndependenceObservation,
  IndependenceObservationKind,
  IndependenceSource,
} from '@moolai/contracts';
import { DataSource } from 'typeorm';
import { inScope, type Scope } from '../../platform/access/scope.js';

/** Number of observations shown per lease. */
const MAX_OBSERVATIONS = 100;

/** An observation to be stored. */
export interface Observation {
  orchestratorId: string;
  atMs: number;
  kind: IndependenceObservationKind;
  detail: string;
}

interface GrantRow {
  id: string;
  source: IndependenceSource;
  reason: string | null;
  expires_at: Date | null;
  started_at: Date;
  started_by: string;
  ended_at: Date | null;
  ended_by: string | null;
  observations: IndependenceObservation[];
}

/** SQL of the independence history; triggers write the leases. */
@Injectable()
export class IndependenceHistoryRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** True if the orchestrator exists. */
  async isKnown(orchestratorId: string, scope: Scope): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      `SELECT 1 FROM orchestrator_instances WHERE orchestrator_id = $1 AND ${inScope('organization_id', '$2')}`,
      [orchestratorId, scope],
    );
    return rows.length > 0;
  }

  /** One page of an orchestrator's leases, newest first, and their total number. */
  async grants(
    orchestratorId: string,
    offset: number,
    limit: number,
  ): Promise<{ grants: IndependenceGrant[]; total: number }> {
    const rows = await this.dataSource.query<GrantRow[]>(
      `SELECT g.id, g.source, g.reason, g.expires_at, g.started_at, g.started_by, g.ended_at, g.ended_by,
         coalesce((
           SELECT json_agg(json_build_object('at', to_char(o.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
             'kind', o.kind, 'detail', o.detail) ORDER BY o.id)
           FROM (SELECT * FROM independence_observations WHERE grant_id = g.id ORDER BY id DESC
             LIMIT ${MAX_OBSERVATIONS}) AS o
         ), '[]') AS observations
       FROM independence_grants g JOIN orchestrator_instances i ON i.id = g.instance_id
       WHERE i.orchestrator_id = $1 ORDER BY g.id DESC OFFSET $2 LIMIT $3`,
      [orchestratorId, offset, limit],
    );
    const [count] = await this.dataSource.query<[{ total: number }]>(
      `SELECT count(*) AS total FROM independence_grants g JOIN orchestrator_instances i ON i.id = g.instance_id
       WHERE i.orchestrator_id = $1`,
      [orchestratorId],
    );
    const grants = rows.map((row) => ({
      ...row,
      id: Number(row.id),
      expires_at: row.expires_at?.toISOString() ?? null,
      started_at: row.started_at.toISOString(),
      ended_at: row.ended_at?.toISOString() ?? null,
    }));
    return { grants, total: count.total };
  }

  /** Adds observations to open leases; drops those of orchestrators that are managed by now. */
  async observe(observations: Observation[]): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO independence_observations (grant_id, at, kind, detail)
       SELECT g.id, to_timestamp(v.at_ms / 1000.0), v.kind, v.detail
       FROM unnest($1::text[], $2::float8[], $3::text[], $4::text[]) WITH ORDINALITY
         AS v(orchestrator_id, at_ms, kind, detail, ord)
       JOIN independence_grants g ON g.orchestrator_id = v.orchestrator_id AND g.ended_at IS NULL
       ORDER BY v.ord`,
      [
        observations.map((one) => one.orchestratorId),
        observations.map((one) => one.atMs),
        observations.map((one) => one.kind),
        observations.map((one) => one.detail),
      ],
    );
  }
}
