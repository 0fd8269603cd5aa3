import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { SwitchRecord } from './independence-files.js';

/** An orchestrator's flag right after a switch. */
export interface SwitchedRow {
  isIndependent: boolean;
  version: number;
  lastSeenMs: number | null;
  record: SwitchRecord;
}

interface Row {
  orchestrator_id: string;
  is_independent: boolean;
  independence_version: string;
  last_seen: Date | null;
  independence_updated_at: Date;
  independence_updated_by: string;
}

function toRecord(row: Row): SwitchRecord {
  return {
    is_independent: row.is_independent,
    updated_at: row.independence_updated_at.toISOString(),
    updated_by: row.independence_updated_by,
  };
}

/** The statements of independence. */
@Injectable()
export class IndependenceRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Switches one orchestrator; undefined when there is none with that id. A heartbeat that was taken
   * before the switch and waits to be written goes along, so that what freezes is what memory had.
   */
  async switchOne(
    orchestratorId: string,
    isIndependent: boolean,
    by: string,
    pendingSeenMs: number | undefined,
  ): Promise<SwitchedRow | undefined> {
    const [rows] = await this.dataSource.query<[Row[], number]>(
      `UPDATE orchestrator_instances SET
         last_seen = CASE WHEN is_independent THEN last_seen
           ELSE greatest(last_seen, to_timestamp($4::float8 / 1000.0)) END,
         is_independent = $2, independence_source = CASE WHEN $2 THEN 'own' END,
         independence_updated_at = now(), independence_updated_by = $3, updated_at = now()
       WHERE orchestrator_id = $1
       RETURNING orchestrator_id, is_independent, independence_version, last_seen,
         independence_updated_at, independence_updated_by`,
      [orchestratorId, isIndependent, by, pendingSeenMs ?? null],
    );
    const row = rows[0];
    if (!row) return undefined;
    return {
      isIndependent: row.is_independent,
      version: Number(row.independence_version),
      lastSeenMs: row.last_seen?.getTime() ?? null,
      record: toRecord(row),
    };
  }

  /** Every orchestrator that was ever switched. */
  async everSwitched(): Promise<Map<string, SwitchRecord>> {
    const rows = await this.dataSource.query<Row[]>(
      `SELECT orchestrator_id, is_independent, independence_updated_at, independence_updated_by
       FROM orchestrator_instances WHERE independence_updated_at IS NOT NULL`,
    );
    return new Map(rows.map((row) => [row.orchestrator_id, toRecord(row)]));
  }
}
