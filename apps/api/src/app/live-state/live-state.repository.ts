import { Inject, Injectable } from '@nestjs/common';
import type { OrchestratorStatus } from '@moolai/contracts';
import { DataSource } from 'typeorm';
import { newerTime } from '../../platform/database/newer-time.js';
import { InstanceLease } from '../instances/index.js';
import type { PendingWrite } from './pending-writes.js';

/** Heartbeats as columns; an orchestrator may appear twice. */
export interface SeenColumns {
  orchestratorIds: string[];
  statuses: OrchestratorStatus[];
  seenMs: number[];
}

/** Other changes of one orchestrator's row; null leaves a column unchanged. */
export interface LiveRow {
  orchestratorId: string;
  status: OrchestratorStatus;
  activityMs: number | null;
  /** JSON. */
  health: string | null;
  configAck: PendingWrite['configAck'] | null;
  /** When its connection was lost, in milliseconds since 1970; null if it was not. */
  lostMs: number | null;
}

/** A batch: columns for heartbeats, and rows for other changes. */
export interface LiveRows {
  seen: SeenColumns;
  others: LiveRow[];
}

/** An orchestrator's flag in the database. */
export interface FlagRow {
  orchestratorId: string;
  isIndependent: boolean;
  version: number;
  lastSeenMs: number | null;
}

/** An orchestrator that was active or in error when the controller stopped. */
export interface LeftBehind {
  orchestratorId: string;
  organizationId: string;
  rowId: number;
  status: 'active' | 'error';
  /** Milliseconds since its connection was lost; null if it was connected. */
  brokenForMs: number | null;
  /** Milliseconds left to reconnect; negative if the time is over. */
  leftMs: number;
}

/** Its instance has ended, so that any other may write its row. */
const IS_LEFT =
  'NOT EXISTS (SELECT 1 FROM controller_starts s WHERE s.id = o.heard_in_start AND s.ended_at IS NULL)';

/** SQL that keeps the database in step with memory. */
@Injectable()
export class LiveStateRepository {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(InstanceLease) private readonly lease: Pick<InstanceLease, 'startId'>,
  ) {}

  /**
   * Writes a batch in one statement. `last_seen` never goes back behind a registration written in the meantime, and
   * stays frozen for an independent orchestrator, whose flag may have been switched after the heartbeat was accepted.
   * Locks rows in the order of ids, like all batches, to avoid deadlocks. An acknowledgement is stored unless it is
   * outdated or of an unknown version. Rows of orchestrators that another live instance owns stay as they are.
   */
  async writeAll({ seen, others }: LiveRows, now: Date): Promise<void> {
    // Passes lists as one string each, and times as small numbers, because the driver processes each element of an
    // array.
    const sinceMs = seen.seenMs[0] ?? 0;
    await this.dataSource.query(
      `UPDATE orchestrator_instances AS o SET
         last_seen = CASE WHEN o.is_independent THEN o.last_seen
           ELSE ${newerTime('o.last_seen', 'to_timestamp(v.seen_ms / 1000.0)', '$14')} END,
         status = CASE WHEN o.is_independent THEN o.status ELSE v.status END,
         health_status = coalesce(v.health, o.health_status),
         last_activity = ${newerTime('o.last_activity', 'to_timestamp(v.activity_ms / 1000.0)', '$14')},
         reported_config_version = coalesce(v.ack_applied, o.reported_config_version),
         config_ack_version = coalesce(v.ack_version, o.config_ack_version),
         config_ack_status = coalesce(v.ack_status, o.config_ack_status),
         config_ack_detail = CASE WHEN v.ack_version IS NULL THEN o.config_ack_detail ELSE v.ack_detail END,
         config_ack_at = coalesce(to_timestamp(v.ack_ms / 1000.0), o.config_ack_at),
         connection_lost_at = CASE WHEN v.lost_ms IS NULL THEN o.connection_lost_at
           WHEN v.lost_ms > 0 THEN to_timestamp(v.lost_ms / 1000.0) END
       FROM (
         SELECT i.id AS row_id, v.orchestrator_id, v.status, v.seen_ms, v.activity_ms, v.health, v.lost_ms,
           a.version AS ack_version, a.status AS ack_status, a.detail AS ack_detail, a.ms AS ack_ms,
           a.applied AS ack_applied
         FROM (
           SELECT orchestrator_id, coalesce(s.status, w.status) AS status, s.seen_ms, w.activity_ms, w.health,
             w.ack_version, w.ack_status, w.ack_detail, w.ack_ms, w.ack_applied, w.lost_ms
           FROM (
             SELECT orchestrator_id, max(status) AS status, max(ms) + $4::float8 AS seen_ms
             FROM unnest(string_to_array($1, ','), string_to_array($2, ','), string_to_array($3, ',')::float8[])
               AS s(orchestrator_id, status, ms)
             GROUP BY 1
           ) AS s
           FULL JOIN unnest($5::text[], $6::text[], $7::float8[], $8::jsonb[], $9::int[], $10::text[], $11::text[],
             $12::float8[], $13::int[], $15::float8[]) AS w(orchestrator_id, status, activity_ms, health, ack_version,
             ack_status, ack_detail, ack_ms, ack_applied, lost_ms) USING (orchestrator_id)
         ) AS v
         JOIN orchestrator_instances i USING (orchestrator_id)
         LEFT JOIN LATERAL (SELECT v.ack_version, v.ack_status, v.ack_detail, v.ack_ms, v.ack_applied)
           AS a(version, status, detail, ms, applied)
           ON a.version BETWEEN coalesce(i.config_ack_version, 0) AND i.config_version
         ORDER BY v.orchestrator_id FOR UPDATE OF i
       ) AS v
       WHERE o.id = v.row_id AND (o.heard_in_start = $16 OR ${IS_LEFT})`,
      [
        seen.orchestratorIds.join(','),
        seen.statuses.join(','),
        seen.seenMs.map((ms) => ms - sinceMs).join(','),
        sinceMs,
        others.map((row) => row.orchestratorId),
        others.map((row) => row.status),
        others.map((row) => row.activityMs),
        others.map((row) => row.health),
        others.map((row) => row.configAck?.version ?? null),
        others.map((row) => row.configAck?.status ?? null),
        others.map((row) => row.configAck?.detail ?? null),
        others.map((row) => row.configAck?.atMs ?? null),
        others.map((row) => row.configAck?.appliedVersion ?? null),
        now,
        others.map((row) => row.lostMs ?? 0),
        this.lease.startId,
      ],
    );
  }

  /** Announces a text after everything that is committed now. */
  async announce(channel: string, text: string): Promise<void> {
    await this.dataSource.query('SELECT pg_notify($1, $2)', [channel, text]);
  }

  /** The flags of these orchestrators, without those that do not exist. */
  async readFlags(orchestratorIds: string[]): Promise<FlagRow[]> {
    const rows = await this.dataSource.query<
      {
        orchestrator_id: string;
        is_independent: boolean;
        independence_version: number;
        last_seen: Date | null;
      }[]
    >(
      `SELECT orchestrator_id, is_independent, independence_version, last_seen
       FROM orchestrator_instances WHERE orchestrator_id = ANY($1)`,
      [orchestratorIds],
    );
    return rows.map((row) => ({
      orchestratorId: row.orchestrator_id,
      isIndependent: row.is_independent,
      version: row.independence_version,
      lastSeenMs: row.last_seen?.getTime() ?? null,
    }));
  }

  /** The epochs of the newest registrations of these orchestrators, wherever they were made. */
  async ownerEpochs(orchestratorIds: string[]): Promise<Map<string, number>> {
    const rows = await this.dataSource.query<{ orchestrator_id: string; epoch: number }[]>(
      `SELECT orchestrator_id, owner_epoch::float8 AS epoch FROM orchestrator_instances WHERE orchestrator_id = ANY($1)`,
      [orchestratorIds],
    );
    return new Map(rows.map((row) => [row.orchestrator_id, row.epoch]));
  }

  /**
   * Orchestrators that were active or in error, and whose controller instance has ended. Connected ones have a TTL from
   * the first moment after that at which a controller was up, so that repeated restarts do not show them as alive
   * forever. For lost connections the rest of the TTL remains.
   * @param now the controller's current time, because lost connections were recorded by its clock
   */
  async leftBehind(ttlMs: number, now: Date): Promise<LeftBehind[]> {
    return this.dataSource.query<LeftBehind[]>(
      `WITH ended AS (
         SELECT w.id, (
           SELECT min(greatest(s.started_at, w.ended_at)) FROM controller_starts s
           WHERE s.id <> w.id AND coalesce(s.ended_at, 'infinity') > w.ended_at) AS up_at
         FROM controller_starts w WHERE w.ended_at IS NOT NULL
       )
       SELECT orchestrator_id AS "orchestratorId", organization_id AS "organizationId", id AS "rowId", status,
         broken_ms AS "brokenForMs", least($1, $1 - coalesce(broken_ms, up_ms)) AS "leftMs"
       FROM (
         SELECT o.*, 1000 * extract(epoch FROM now() - coalesce(ended.up_at, now()))::float8 AS up_ms,
           CASE WHEN status = 'error'
             THEN 1000 * extract(epoch FROM $2 - o.connection_lost_at)::float8 END AS broken_ms
         FROM orchestrator_instances o LEFT JOIN ended ON ended.id = o.heard_in_start
         WHERE o.status IN ('active', 'error') AND NOT o.is_independent AND ${IS_LEFT}
       ) AS o`,
      [ttlMs, now],
    );
  }
}
