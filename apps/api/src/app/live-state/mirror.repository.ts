import { Injectable } from '@nestjs/common';
import type { OrchestratorStatus } from '@moolai/contracts';
import { DataSource } from 'typeorm';
import type { StartRow } from '../instances/index.js';

/** The row of an orchestrator that another instance owns. */
export interface OwnedRow {
  orchestratorId: string;
  organizationId: string;
  rowId: number;
  startId: number;
  ownerEpoch: number;
  status: OrchestratorStatus;
  isIndependent: boolean;
  lastSeenMs: number;
  lostAtMs: number | null;
}

/** SQL of the orchestrators that other instances own. */
@Injectable()
export class MirrorRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Those whose status says that they are connected, or may be. */
  async read(starts: StartRow[]): Promise<OwnedRow[]> {
    return this.dataSource.query<OwnedRow[]>(
      `SELECT orchestrator_id AS "orchestratorId", organization_id AS "organizationId", id AS "rowId",
         heard_in_start::float8 AS "startId", owner_epoch::float8 AS "ownerEpoch", status,
         is_independent AS "isIndependent", coalesce(1000 * extract(epoch FROM last_seen), 0)::float8 AS "lastSeenMs",
         (1000 * extract(epoch FROM connection_lost_at))::float8 AS "lostAtMs"
       FROM orchestrator_instances WHERE heard_in_start = ANY($1::bigint[]) AND (status <> 'inactive' OR is_independent)`,
      [starts.map(({ startId }) => startId)],
    );
  }
}
