import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { inScope, isInScope } from '../../platform/access/scope.js';
import { newerTime } from '../../platform/database/newer-time.js';
import type { Transaction } from '../../platform/database/transactions.js';
import { findUsedIds } from '../configuration/index.js';
import type { SwitchRecord } from './independence-files.js';
import {
  flagAfter,
  flagBefore,
  isSameFlag,
  leaseAfter,
  MANAGED,
  sourceAfter,
  type FlagState,
  type OldFlag,
  type StoredLease,
  type WantedOwnSwitch,
  type WantedSwitch,
} from './independence-flag.js';

/** An orchestrator's flag after a switch. */
export interface SwitchedRow {
  orchestratorId: string;
  organizationId: string;
  isIndependent: boolean;
  version: number;
  lastSeenMs: number | null;
  record: SwitchRecord;
  /** Its previous state, if requested. */
  before?: FlagState;
}

/** The states of a row before and after a switch. */
export interface FlagChange {
  before: FlagState;
  after: FlagState;
}

/** A switch of an organization and its followers; `flag` is null if its own flag did not change. */
export interface OrganizationSwitch {
  organizationId: string;
  flag: FlagChange | null;
  /** Lease of the followers. */
  lease?: StoredLease;
  rows: SwitchedRow[];
}

/** A requested switch, with the organization's previous state. */
export interface AskedSwitch extends OrganizationSwitch {
  before: FlagState;
}

/** Leases that {@link IndependenceRepository.endExpired} ended. */
export interface EndedLeases {
  organizations: OrganizationSwitch[];
  own: { row: SwitchedRow; flag: FlagChange }[];
  isDone: boolean;
}

interface Row {
  orchestrator_id: string;
  organization_id: string;
  is_independent: boolean;
  independence_version: number;
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
    version: row.independence_version,
    lastSeenMs: row.last_seen?.getTime() ?? null,
    record: toRecord(row),
  };
}

/** Columns of the previous row, from the alias `old`, for the SELECT of a statement. */
const OLD_FLAG = `old.is_independent AS was_independent, old.independence_reason AS old_reason,
  old.independence_expires_at AS old_expires_at`;

/** Rows per statement: an answer of tens of thousands would delay heartbeats. */
const PAGE = 500;

/** Accepted heartbeats that wait to be written, by orchestrator. */
export type PendingSeen = ReadonlyMap<string, number>;

/**
 * SQL of independence. A switch also writes the orchestrator's waiting heartbeat, so that the latest `last_seen` is
 * frozen.
 */
@Injectable()
export class IndependenceRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Switches one orchestrator; undefined if it does not exist. If nothing differs, nothing is written and `row` is
   * null. The first switch is always written, because the files list each orchestrator that was ever switched (contract
   * section 4).
   */
  async switchOne(
    tx: Transaction,
    orchestratorId: string,
    wanted: WantedOwnSwitch,
    pendingSeenMs: number | undefined,
  ): Promise<{ row: SwitchedRow | null; flag: FlagChange } | undefined> {
    const [old] = await tx.query<(OldFlag & { id: string; was_switched: boolean })[]>(
      `SELECT old.id, old.independence_updated_at IS NOT NULL AS was_switched, ${OLD_FLAG}, old.independence_source AS old_source FROM orchestrator_instances AS old
       WHERE old.orchestrator_id = $1 AND ${inScope('old.organization_id', '$2')} FOR NO KEY UPDATE`,
      [orchestratorId, wanted.scope],
    );
    if (!old) return undefined;
    const before = flagBefore(old);
    const lease = leaseAfter(old, wanted);
    const source = sourceAfter(old, wanted);
    const after = { ...flagAfter(wanted.isIndependent, lease), independence_source: source };
    const isKept = wanted.keepsLease && wanted.isIndependent && old.was_independent;
    if (isKept || (old.was_switched && isSameFlag(before, after)))
      return { row: null, flag: { before, after: before } };
    const [rows] = await tx.query<[Row[], number]>(
      `UPDATE orchestrator_instances AS o SET
         last_seen = CASE WHEN o.is_independent THEN o.last_seen
           ELSE ${newerTime('o.last_seen', 'to_timestamp($6::float8 / 1000.0)', 'now()')} END,
         is_independent = $2, independence_source = $7,
         independence_reason = $4, independence_expires_at = $5,
         independence_updated_at = now(), independence_updated_by = $3, updated_at = now()
       WHERE o.id = $1 RETURNING ${COLUMNS}`,
      [
        old.id,
        wanted.isIndependent,
        wanted.actorName,
        lease.reason,
        lease.expiresAt,
        pendingSeenMs ?? null,
        source,
      ],
    );
    const [row] = rows;
    return row && { row: toSwitched(row), flag: { before, after } };
  }

  /**
   * Switches an organization and, if requested, its orchestrators: on, all that are managed; off, those whose
   * independence comes from the organization. Undefined if the organization does not exist.
   */
  async switchOrganization(
    tx: Transaction,
    organizationId: string,
    wanted: WantedSwitch,
    appliesToExisting: boolean,
    pendingSeen: PendingSeen,
  ): Promise<AskedSwitch | undefined> {
    if (!isInScope(wanted.scope, organizationId)) return undefined;
    const { isIndependent, actorName } = wanted;
    const [old] = await tx.query<OldFlag[]>(
      `SELECT ${OLD_FLAG} FROM organizations AS old WHERE organization_id = $1 FOR NO KEY UPDATE`,
      [organizationId],
    );
    if (!old) return undefined;
    const lease = leaseAfter(old, wanted);
    const flag = { before: flagBefore(old), after: flagAfter(isIndependent, lease) };
    const isSame = isSameFlag(flag.before, flag.after);
    if (!isSame) {
      await tx.query(
        `UPDATE organizations SET is_independent = $2, independence_reason = $4, independence_expires_at = $5,
           independence_updated_at = now(), independence_updated_by = $3, updated_at = now()
         WHERE organization_id = $1`,
        [organizationId, isIndependent, actorName, lease.reason, lease.expiresAt],
      );
    }
    const rows = appliesToExisting
      ? await this.switchFollowers(tx, organizationId, { ...wanted, ...lease }, pendingSeen)
      : [];
    return { organizationId, flag: isSame ? null : flag, before: flag.before, lease, rows };
  }

  private async switchFollowers(
    tx: Transaction,
    organizationId: string,
    { isIndependent, actorName, reason, expiresAt }: WantedSwitch & StoredLease,
    pendingSeen: PendingSeen,
  ): Promise<SwitchedRow[]> {
    const switched: SwitchedRow[] = [];
    for (let after: string | undefined = ''; after !== undefined;) {
      const page: (OldFlag & { id: string; orchestrator_id: string })[] = await tx.query(
        `SELECT id, orchestrator_id, ${OLD_FLAG}, independence_source AS old_source
         FROM orchestrator_instances AS old
         WHERE organization_id = $1 AND orchestrator_id > $3
           AND CASE WHEN $2 THEN NOT is_independent
             ELSE is_independent AND independence_source = 'organization' END
         ORDER BY orchestrator_id LIMIT ${PAGE} FOR UPDATE`,
        [organizationId, isIndependent, after],
      );
      const [rows] = await tx.query<[Row[], number]>(
        `UPDATE orchestrator_instances AS o SET
           last_seen = CASE WHEN o.is_independent THEN o.last_seen
             ELSE ${newerTime('o.last_seen', 'to_timestamp(v.seen_ms / 1000.0)', 'now()')} END,
           is_independent = $1, independence_source = CASE WHEN $1 THEN 'organization' END,
           independence_reason = $3, independence_expires_at = $4,
           independence_updated_at = now(), independence_updated_by = $2, updated_at = now()
         FROM unnest($5::bigint[], $6::float8[]) AS v(row_id, seen_ms)
         WHERE o.id = v.row_id
         RETURNING ${COLUMNS.replaceAll(/(\w+)/g, 'o.$1')}`,
        [
          isIndependent,
          actorName,
          reason,
          expiresAt,
          page.map(({ id }) => id),
          page.map(({ orchestrator_id: id }) => pendingSeen.get(id) ?? null),
        ],
      );
      const changed = new Map(rows.map((row) => [row.orchestrator_id, row]));
      // An UPDATE returns rows in any order; keep the order of the page.
      for (const old of page) {
        const row = changed.get(old.orchestrator_id);
        if (row) switched.push({ ...toSwitched(row), before: flagBefore(old) });
      }
      after = page.length < PAGE ? undefined : page.at(-1)?.orchestrator_id;
    }
    return switched;
  }

  /**
   * Ends expired leases: of organizations with their followers, and of single orchestrators. At most one page of
   * orchestrators; `isDone` is false if there may be more.
   */
  async endExpired(tx: Transaction): Promise<EndedLeases> {
    const [ended] = await tx.query<[(OldFlag & { organization_id: string })[], number]>(
      `UPDATE organizations AS g SET is_independent = false, independence_reason = NULL,
         independence_expires_at = NULL, independence_updated_at = now(), independence_updated_by = 'system',
         updated_at = now()
       FROM (
         SELECT * FROM organizations
         WHERE is_independent AND independence_expires_at <= now() ORDER BY organization_id FOR NO KEY UPDATE
       ) AS old
       WHERE g.organization_id = old.organization_id RETURNING g.organization_id, ${OLD_FLAG}`,
    );
    const [rows] = await tx.query<[(Row & OldFlag)[], number]>(
      `UPDATE orchestrator_instances AS o SET is_independent = false, independence_source = NULL,
         independence_updated_at = now(), independence_updated_by = 'system', updated_at = now()
       FROM (
         SELECT * FROM orchestrator_instances
         WHERE is_independent AND independence_expires_at <= now()
         ORDER BY orchestrator_id LIMIT ${PAGE} FOR NO KEY UPDATE
       ) AS old
       WHERE o.id = old.id
       RETURNING ${COLUMNS.replaceAll(/(\w+)/g, 'o.$1')}, ${OLD_FLAG}, old.independence_source AS old_source`,
    );
    const organizations = new Map<string, OrganizationSwitch>();
    for (const { organization_id: organizationId, ...old } of ended) {
      const flag = { before: flagBefore(old), after: MANAGED };
      organizations.set(organizationId, { organizationId, flag, rows: [] });
    }
    const own = [];
    for (const row of rows) {
      const { organization_id: organizationId, old_source } = row;
      if (old_source === 'organization') {
        const followed = organizations.get(organizationId) ?? { organizationId, flag: null, rows: [] };
        followed.rows.push(toSwitched(row));
        organizations.set(organizationId, followed);
      } else {
        const after = { ...MANAGED, independence_source: null };
        own.push({ row: toSwitched(row), flag: { before: flagBefore(row), after } });
      }
    }
    return { organizations: [...organizations.values()], own, isDone: rows.length < PAGE };
  }

  /** Milliseconds until the next lease expires, by the database's clock; null if none does. */
  async nextExpiryMs(): Promise<number | null> {
    const [row] = await this.dataSource.query<[{ next_ms: number | null }]>(
      `SELECT 1000 * extract(epoch FROM least(
         (SELECT min(independence_expires_at) FROM orchestrator_instances
          WHERE is_independent AND independence_expires_at IS NOT NULL),
         (SELECT min(independence_expires_at) FROM organizations WHERE is_independent)) - now())::float8 AS next_ms`,
    );
    return row.next_ms;
  }

  /** Those of these ids that the database has recorded as deleted. */
  async deletedOf(orchestratorIds: string[]): Promise<Set<string>> {
    const known = await findUsedIds(this.dataSource.manager, orchestratorIds);
    const rows = await this.dataSource.query<{ id: string }[]>(
      'SELECT orchestrator_id AS id FROM orchestrator_instances WHERE orchestrator_id = ANY($1)',
      [[...known]],
    );
    for (const { id } of rows) known.delete(id);
    return known;
  }

  /** All orchestrators that were ever switched, in pages. */
  async *everSwitched(): AsyncGenerator<SwitchedRow[]> {
    for (let after: string | undefined = ''; after !== undefined;) {
      const rows: Row[] = await this.dataSource.query(
        `SELECT ${COLUMNS} FROM orchestrator_instances
         WHERE independence_updated_at IS NOT NULL AND orchestrator_id > $1
         ORDER BY orchestrator_id LIMIT ${PAGE}`,
        [after],
      );
      yield rows.map(toSwitched);
      after = rows.length < PAGE ? undefined : rows.at(-1)?.orchestrator_id;
    }
  }
}
