import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { inScope, type Scope } from '../../platform/access/scope.js';
import type { Transaction } from '../../platform/database/transactions.js';

/** State of an orchestrator's credential, with its owner. */
export interface CredentialRow {
  orchestratorId: string;
  organizationId: string;
  quarantinedAt: Date | null;
  quarantineReason: string | null;
  /** Null if none was ever issued. */
  issuedAt: Date | null;
  lastUsedAt: Date | null;
  nextIssuedAt: Date | null;
  rotationRequestedAt: Date | null;
  revokedAt: Date | null;
  revokedBy: string | null;
}

/** The facts that decide whether an orchestrator may stay connected. */
export interface Standing {
  orchestratorId: string;
  /** The row's `id`: an orchestrator that was deleted and created again is a different one. */
  rowId: number;
  isOrganizationActive: boolean;
  quarantinedAt: Date | null;
  /** Null if none was ever issued. */
  issuedAt: Date | null;
  revokedAt: Date | null;
}

/** The use of a verified credential. */
export interface CredentialUse {
  orchestratorId: string;
  hash: Buffer;
  /** True for the offered credential, whose use ends the old one. */
  isNext: boolean;
  /** Hash of a new credential offered with the answer; null for none. */
  offerHash: Buffer | null;
}

/** A credential to issue in exchange for an enrolment token. */
export interface Enrolment {
  orchestratorId: string;
  hash: Buffer;
  tokenId: number;
}

const COLUMNS = `o.orchestrator_id AS "orchestratorId", o.organization_id AS "organizationId",
  o.quarantined_at AS "quarantinedAt", o.quarantine_reason AS "quarantineReason", c.issued_at AS "issuedAt",
  c.last_used_at AS "lastUsedAt", c.next_issued_at AS "nextIssuedAt",
  c.rotation_requested_at AS "rotationRequestedAt", c.revoked_at AS "revokedAt", c.revoked_by AS "revokedBy"`;

/** Replaces the current credential by the offered one. */
const PROMOTE = `
  current_hash = c.next_hash, issued_at = c.next_issued_at, next_hash = NULL, next_issued_at = NULL,
  rotation_requested_at = CASE WHEN c.rotation_requested_at > c.next_issued_at THEN c.rotation_requested_at END`;

/** SQL of credentials. Secrets are passed as hashes and never returned. */
@Injectable()
export class CredentialsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** The credentials of these orchestrators. */
  async find(orchestratorIds: string[], scope: Scope, tx?: Transaction): Promise<CredentialRow[]> {
    return (tx ?? this.dataSource).query<CredentialRow[]>(
      `SELECT ${COLUMNS} FROM orchestrator_instances o LEFT JOIN orchestrator_credentials c USING (orchestrator_id)
       WHERE o.orchestrator_id = ANY($1) AND ${inScope('o.organization_id', '$2')}`,
      [orchestratorIds, scope],
    );
  }

  /** The standing of these orchestrators, without those that do not exist. */
  async standings(orchestratorIds: string[]): Promise<Map<string, Standing>> {
    const rows = await this.dataSource.query<Standing[]>(
      `SELECT o.orchestrator_id AS "orchestratorId", o.id AS "rowId", g.is_active AS "isOrganizationActive",
         o.quarantined_at AS "quarantinedAt", c.issued_at AS "issuedAt", c.revoked_at AS "revokedAt"
       FROM orchestrator_instances o JOIN organizations g USING (organization_id)
       LEFT JOIN orchestrator_credentials c USING (orchestrator_id) WHERE o.orchestrator_id = ANY($1)`,
      [orchestratorIds],
    );
    return new Map(rows.map((row) => [row.orchestratorId, row]));
  }

  /**
   * Records uses, and returns the ids whose credential is still valid: it may have ended since the comparison. Locks
   * rows in the order of ids, like all batches.
   */
  async use(uses: CredentialUse[], at: Date, tx?: Transaction): Promise<Set<string>> {
    if (uses.length === 0) return new Set();
    const [rows] = await (tx ?? this.dataSource).query<[{ orchestrator_id: string }[], number]>(
      `WITH v AS (
         SELECT v.* FROM unnest($2::text[], $3::bytea[], $4::boolean[], $5::bytea[])
           AS v(orchestrator_id, hash, is_next, offer_hash)
         JOIN orchestrator_credentials c USING (orchestrator_id)
         JOIN orchestrator_instances o USING (orchestrator_id)
         WHERE c.revoked_at IS NULL AND o.quarantined_at IS NULL
           AND v.hash = CASE WHEN v.is_next THEN c.next_hash ELSE c.current_hash END
         ORDER BY v.orchestrator_id FOR UPDATE OF c
       )
       UPDATE orchestrator_credentials c SET
         last_used_at = $1, confirmed_at = coalesce(c.confirmed_at, $1),
         current_hash = CASE WHEN v.is_next THEN c.next_hash ELSE c.current_hash END,
         issued_at = CASE WHEN v.is_next THEN c.next_issued_at ELSE c.issued_at END,
         next_hash = CASE WHEN v.is_next THEN NULL ELSE coalesce(v.offer_hash, c.next_hash) END,
         next_issued_at = CASE WHEN v.is_next THEN NULL WHEN v.offer_hash IS NULL THEN c.next_issued_at ELSE $1 END,
         rotation_requested_at = CASE WHEN v.is_next AND c.rotation_requested_at <= c.next_issued_at THEN NULL
           ELSE c.rotation_requested_at END
       FROM v WHERE c.orchestrator_id = v.orchestrator_id
       RETURNING c.orchestrator_id`,
      [
        at,
        uses.map(({ orchestratorId }) => orchestratorId),
        uses.map(({ hash }) => hash),
        uses.map(({ isNext }) => isNext),
        uses.map(({ offerHash }) => offerHash),
      ],
    );
    return new Set(rows.map((row) => row.orchestrator_id));
  }

  /**
   * Issues credentials, and returns the ids that got one: another machine may have enrolled as the same orchestrator in
   * the meantime.
   */
  async enrol(tx: Transaction, enrolments: Enrolment[], at: Date): Promise<Set<string>> {
    const rows = await tx.query<{ orchestrator_id: string }[]>(
      `INSERT INTO orchestrator_credentials AS c (orchestrator_id, current_hash, issued_at, enrolment_token_id)
       SELECT v.orchestrator_id, v.hash, $1, v.token_id
       FROM unnest($2::text[], $3::bytea[], $4::int[]) AS v(orchestrator_id, hash, token_id)
       ORDER BY v.orchestrator_id
       ON CONFLICT (orchestrator_id) DO UPDATE SET
         current_hash = excluded.current_hash, issued_at = excluded.issued_at,
         enrolment_token_id = excluded.enrolment_token_id, confirmed_at = NULL, last_used_at = NULL,
         next_hash = NULL, next_issued_at = NULL, rotation_requested_at = NULL, revoked_at = NULL, revoked_by = NULL
       WHERE CASE WHEN c.revoked_at IS NULL THEN c.confirmed_at IS NULL ELSE c.revoked_at < (
         SELECT created_at FROM enrolment_tokens WHERE id = excluded.enrolment_token_id) END
       RETURNING c.orchestrator_id`,
      [
        at,
        enrolments.map(({ orchestratorId }) => orchestratorId),
        enrolments.map(({ hash }) => hash),
        enrolments.map(({ tokenId }) => tokenId),
      ],
    );
    return new Set(rows.map((row) => row.orchestrator_id));
  }

  /** The orchestrator confirmed its credential; returns whether that completed a rotation. */
  async confirm(
    tx: Transaction,
    orchestratorId: string,
    hash: Buffer,
    at: Date,
  ): Promise<{ wasRotated: boolean }> {
    const [, rotated] = await tx.query<[unknown, number]>(
      `UPDATE orchestrator_credentials c SET confirmed_at = coalesce(c.confirmed_at, $3), ${PROMOTE}
       WHERE c.orchestrator_id = $1 AND c.next_hash = $2 AND c.revoked_at IS NULL`,
      [orchestratorId, hash, at],
    );
    if (rotated === 1) return { wasRotated: true };
    await tx.query(
      `UPDATE orchestrator_credentials SET confirmed_at = $3
       WHERE orchestrator_id = $1 AND current_hash = $2 AND confirmed_at IS NULL`,
      [orchestratorId, hash, at],
    );
    return { wasRotated: false };
  }

  /** Requests a rotation; false if there is no valid credential. */
  async requestRotation(tx: Transaction, orchestratorId: string, at: Date): Promise<boolean> {
    const [, count] = await tx.query<[unknown, number]>(
      `UPDATE orchestrator_credentials SET rotation_requested_at = $2
       WHERE orchestrator_id = $1 AND revoked_at IS NULL`,
      [orchestratorId, at],
    );
    return count === 1;
  }

  /** Stores a credential to be offered; false if there is no valid one to replace. */
  async offer(orchestratorId: string, hash: Buffer, at: Date): Promise<boolean> {
    const [, count] = await this.dataSource.query<[unknown, number]>(
      `UPDATE orchestrator_credentials SET next_hash = $2, next_issued_at = $3
       WHERE orchestrator_id = $1 AND revoked_at IS NULL AND rotation_requested_at IS NOT NULL`,
      [orchestratorId, hash, at],
    );
    return count === 1;
  }

  /** Revokes all credentials of an orchestrator; false if none is valid. */
  async revoke(tx: Transaction, orchestratorId: string, at: Date, actorName: string): Promise<boolean> {
    const [, count] = await tx.query<[unknown, number]>(
      `UPDATE orchestrator_credentials SET revoked_at = $2, revoked_by = $3, rotation_requested_at = NULL
       WHERE orchestrator_id = $1 AND revoked_at IS NULL`,
      [orchestratorId, at, actorName],
    );
    return count === 1;
  }

  /** Quarantines an orchestrator; false if it already is. */
  async quarantine(tx: Transaction, orchestratorId: string, reason: string, at: Date): Promise<boolean> {
    const [, count] = await tx.query<[unknown, number]>(
      `UPDATE orchestrator_instances SET quarantined_at = $2, quarantine_reason = $3
       WHERE orchestrator_id = $1 AND quarantined_at IS NULL`,
      [orchestratorId, at, reason],
    );
    return count === 1;
  }

  /** Ends a quarantine; false if there is none. */
  async release(tx: Transaction, orchestratorId: string): Promise<boolean> {
    const [, count] = await tx.query<[unknown, number]>(
      `UPDATE orchestrator_instances SET quarantined_at = NULL, quarantine_reason = NULL
       WHERE orchestrator_id = $1 AND quarantined_at IS NOT NULL`,
      [orchestratorId],
    );
    return count === 1;
  }
}
