import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { inScope, isInScope, type Scope } from '../../platform/access/scope.js';
import type { SwitchRecord } from './independence-files.js';

/** A switch as it is asked for. */
export interface WantedSwitch {
  isIndependent: boolean;
  by: string;
  /** Where it may switch anything. */
  scope: Scope;
  reason: string | null;
  expiresAt: Date | null;
}

/** An orchestrator's flag right after a switch. */
export interface SwitchedRow {
  orchestratorId: string;
  organizationId: string;
  isIndependent: boolean;
  version: number;
  lastSeenMs: number | null;
  record: SwitchRecord;
}

interface Row {
  orchestrator_id: string;
  organization_id: string;
  is_independent: boolean;
  independence_version: string;
  last_seen: Date | null;
  independence_updated_at: Date;
  independence_updated_by: string;
}

const COLUMNS = `orchestrator_id, organization_id, is_independent, independence_version, last_seen,
  independence_updated_at, independence_updated_by`;

function toRecord(row: Row): SwitchRecord {
  return {
    is_independent: row.is_independent,
    updated_at: row.independence_updated_at.toISOString(),
    updated_by: row.independence_updated_by,
  };
}

function toSwitched(row: Row): SwitchedRow {
  return {
    orchestratorId: row.orchestrator_id,
    organizationId: row.organization_id,
    isIndependent: row.is_independent,
    version: Number(row.independence_version),
    lastSeenMs: row.last_seen?.getTime() ?? null,
    record: toRecord(row),
  };
}

/** Heartbeats that were taken and wait to be written, by orchestrator. */
export type PendingSeen = ReadonlyMap<string, number>;

/**
 * The statements of independence. A heartbeat that was taken before a switch and waits to be written goes
 * along with it, so that what freezes is what memory had.
 */
@Injectable()
export class IndependenceRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Switches one orchestrator; undefined when there is none with that id. */
  async switchOne(
    orchestratorId: string,
    wanted: WantedSwitch,
    pendingSeenMs: number | undefined,
  ): Promise<SwitchedRow | undefined> {
    const [rows] = await this.dataSource.query<[Row[], number]>(
      `UPDATE orchestrator_instances SET
         last_seen = CASE WHEN is_independent THEN last_seen
           ELSE greatest(last_seen, to_timestamp($6::float8 / 1000.0)) END,
         is_independent = $2, independence_source = CASE WHEN $2 THEN 'own' END,
         independence_reason = $4, independence_expires_at = $5,
         independence_updated_at = now(), independence_updated_by = $3, updated_at = now()
       WHERE orchestrator_id = $1 AND ${inScope('organization_id', '$7')} RETURNING ${COLUMNS}`,
      [
        orchestratorId,
        wanted.isIndependent,
        wanted.by,
        wanted.reason,
        wanted.expiresAt,
        pendingSeenMs ?? null,
        wanted.scope,
      ],
    );
    return rows[0] && toSwitched(rows[0]);
  }

  /**
   * Switches an organization and, when asked to, its orchestrators: on, all that are managed; off, those
   * whose independence comes from it. Undefined when there is no such organization.
   */
  async switchOrganization(
    organizationId: string,
    wanted: WantedSwitch,
    appliesToExisting: boolean,
    pendingSeen: PendingSeen,
  ): Promise<SwitchedRow[] | undefined> {
    if (!isInScope(wanted.scope, organizationId)) return undefined;
    return this.dataSource.transaction(async (manager) => {
      const { isIndependent, by, reason, expiresAt } = wanted;
      const [, found] = await manager.query<[unknown[], number]>(
        `UPDATE organizations SET is_independent = $2, independence_reason = $4, independence_expires_at = $5,
           independence_updated_at = now(), independence_updated_by = $3, updated_at = now()
         WHERE organization_id = $1`,
        [organizationId, isIndependent, by, reason, expiresAt],
      );
      if (found === 0) return undefined;
      if (!appliesToExisting) return [];
      const [rows] = await manager.query<[Row[], number]>(
        `UPDATE orchestrator_instances AS o SET
           last_seen = CASE WHEN o.is_independent THEN o.last_seen
             ELSE greatest(o.last_seen, to_timestamp(p.seen_ms / 1000.0)) END,
           is_independent = $2, independence_source = CASE WHEN $2 THEN 'organization' END,
           independence_reason = $4, independence_expires_at = $5,
           independence_updated_at = now(), independence_updated_by = $3, updated_at = now()
         FROM (
           SELECT i.id AS row_id, v.seen_ms FROM orchestrator_instances i
           LEFT JOIN unnest($6::text[], $7::float8[]) AS v(orchestrator_id, seen_ms) USING (orchestrator_id)
           WHERE i.organization_id = $1
             AND CASE WHEN $2 THEN NOT i.is_independent
               ELSE i.is_independent AND i.independence_source = 'organization' END
           ORDER BY i.orchestrator_id FOR UPDATE OF i
         ) AS p
         WHERE o.id = p.row_id
         RETURNING ${COLUMNS.replaceAll(/(\w+)/g, 'o.$1')}`,
        [
          organizationId,
          isIndependent,
          by,
          reason,
          expiresAt,
          [...pendingSeen.keys()],
          [...pendingSeen.values()],
        ],
      );
      return rows.map(toSwitched);
    });
  }

  /** Ends independence whose lease is over; organizations end as well. */
  async endExpired(): Promise<SwitchedRow[]> {
    await this.dataSource.query(
      `UPDATE organizations SET is_independent = false, independence_reason = NULL, independence_expires_at = NULL,
         independence_updated_at = now(), independence_updated_by = 'system', updated_at = now()
       WHERE is_independent AND independence_expires_at <= now()`,
    );
    const [rows] = await this.dataSource.query<[Row[], number]>(
      `UPDATE orchestrator_instances AS o SET is_independent = false, independence_source = NULL,
         independence_updated_at = now(), independence_updated_by = 'system', updated_at = now()
       FROM (
         SELECT id FROM orchestrator_instances
         WHERE is_independent AND independence_expires_at <= now() ORDER BY orchestrator_id FOR UPDATE
       ) AS due
       WHERE o.id = due.id RETURNING ${COLUMNS.replaceAll(/(\w+)/g, 'o.$1')}`,
    );
    return rows.map(toSwitched);
  }

  /** When the next lease is over; null when none ends. */
  async nextExpiry(): Promise<Date | null> {
    const [row] = await this.dataSource.query<[{ next: Date | null }]>(
      `SELECT least(
         (SELECT min(independence_expires_at) FROM orchestrator_instances
          WHERE is_independent AND independence_expires_at IS NOT NULL),
         (SELECT min(independence_expires_at) FROM organizations WHERE is_independent)) AS next`,
    );
    return row.next;
  }

  /** Every orchestrator that was ever switched. */
  async everSwitched(): Promise<Map<string, SwitchRecord>> {
    const rows = await this.dataSource.query<Row[]>(
      `SELECT ${COLUMNS} FROM orchestrator_instances WHERE independence_updated_at IS NOT NULL`,
    );
    return new Map(rows.map((row) => [row.orchestrator_id, toRecord(row)]));
  }
}
