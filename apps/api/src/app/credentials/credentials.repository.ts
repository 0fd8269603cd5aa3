import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { inScope, type Scope } from '../../platform/access/scope.js';
import type { Transaction } from '../../platform/database/transactions.js';

/** How an orchestrator's credential is, with what it belongs to. */
export interface CredentialRow {
  orchestratorId: string;
  organizationId: string;
  quarantinedAt: Date | null;
  quarantineReason: string | null;
  /** Null where nothing was ever issued. */
  issuedAt: Date | null;
  lastUsedAt: Date | null;
  nextIssuedAt: Date | null;
  rotationRequestedAt: Date | null;
  revokedAt: Date | null;
  revokedBy: string | null;
}

/** What decides whether an orchestrator may stay connected. */
export interface Standing {
  orchestratorId: string;
  /** Its row's `id`: one that was deleted and created again is another orchestrator. */
  rowId: number;
  isOrganizationActive: boolean;
  quarantinedAt: Date | null;
  /** Null where nothing was ever issued. */
  issuedAt: Date | null;
  revokedAt: Date | null;
}

/** A credential that was presented and compared, to be taken note of. */
export interface CredentialUse {
  orchestratorId: string;
  hash: Buffer;
  /** It is the one that was offered; with this use the old one ends. */
  isNext: boolean;
  /** Hash of a new one that is offered with the answer; null for none. */
  offerHash: Buffer | null;
}

/** A credential that is issued to whoever presented an enrolment token. */
export interface Enrolment {
  orchestratorId: string;
  hash: Buffer;
  tokenId: number;
}

const COLUMNS = `o.orchestrator_id AS "orchestratorId", o.organization_id AS "organizationId",
  o.quarantined_at AS "quarantinedAt", o.quarantine_reason AS "quarantineReason", c.issued_at AS "issuedAt",
  c.last_used_at AS "lastUsedAt", c.next_issued_at AS "nextIssuedAt",
  c.rotation_requested_at AS "rotationRequestedAt", c.revoked_at AS "revokedAt", c.revoked_by AS "revokedBy"`;

/** The credential that was offered takes the place of the present one. */
const PROMOTE = `
  current_hash = c.next_hash, issued_at = c.next_issued_at, next_hash = NULL, next_issued_at = NULL,
  rotation_requested_at = CASE WHEN c.rotation_requested_at > c.next_issued_at THEN c.rotation_requested_at END`;

/** The statements of credentials. Secrets come as hashes and leave not at all. */
@Injectable()
export class CredentialsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** How these orchestrators' credentials are. */
  async find(orchestratorIds: string[], scope: Scope, tx?: Transaction): Promise<CredentialRow[]> {
    return (tx ?? this.dataSource).query<CredentialRow[]>(
      `SELECT ${COLUMNS} FROM orchestrator_instances o LEFT JOIN orchestrator_credentials c USING (orchestrator_id)
       WHERE o.orchestrator_id = ANY($1) AND ${inScope('o.organization_id', '$2')}`,
      [orchestratorIds, scope],
    );
  }

  /** How these orchestrators stand; one that does not exist is missing. */
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
   * Notes uses, and gives the ids of those whose credential is still good: it may have ended between the
   * comparison and now. Rows are locked in the order of their ids, as every batch does.
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
   * Issues credentials, and gives the ids of those that got one: somebody else may have enrolled as the
   * same orchestrator meanwhile.
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

  /** The orchestrator proved that it has what it was given; says whether a rotation ended with that. */
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

  /** Wants the credential replaced; false when there is none that is good. */
  async requestRotation(tx: Transaction, orchestratorId: string, at: Date): Promise<boolean> {
    const [, count] = await tx.query<[unknown, number]>(
      `UPDATE orchestrator_credentials SET rotation_requested_at = $2
       WHERE orchestrator_id = $1 AND revoked_at IS NULL`,
      [orchestratorId, at],
    );
    return count === 1;
  }

  /** Keeps what is about to be offered; false when there is no good credential that it could replace. */
  async offer(orchestratorId: string, hash: Buffer, at: Date): Promise<boolean> {
    const [, count] = await this.dataSource.query<[unknown, number]>(
      `UPDATE orchestrator_credentials SET next_hash = $2, next_issued_at = $3
       WHERE orchestrator_id = $1 AND revoked_at IS NULL AND rotation_requested_at IS NOT NULL`,
      [orchestratorId, hash, at],
    );
    return count === 1;
  }

  /** Ends everything that was given to it; false when there is nothing that is good. */
  async revoke(tx: Transaction, orchestratorId: string, at: Date, by: string): Promise<boolean> {
    const [, count] = await tx.query<[unknown, number]>(
      `UPDATE orchestrator_credentials SET revoked_at = $2, revoked_by = $3, rotation_requested_at = NULL
       WHERE orchestrator_id = $1 AND revoked_at IS NULL`,
      [orchestratorId, at, by],
    );
    return count === 1;
  }

  /** Keeps an orchestrator out; false when it is out already. */
  async quarantine(tx: Transaction, orchestratorId: string, reason: string, at: Date): Promise<boolean> {
    const [, count] = await tx.query<[unknown, number]>(
      `UPDATE orchestrator_instances SET quarantined_at = $2, quarantine_reason = $3
       WHERE orchestrator_id = $1 AND quarantined_at IS NULL`,
      [orchestratorId, at, reason],
    );
    return count === 1;
  }

  /** Lets it in again; false when it was not kept out. */
  async release(tx: Transaction, orchestratorId: string): Promise<boolean> {
    const [, count] = await tx.query<[unknown, number]>(
      `UPDATE orchestrator_instances SET quarantined_at = NULL, quarantine_reason = NULL
       WHERE orchestrator_id = $1 AND quarantined_at IS NOT NULL`,
      [orchestratorId],
    );
    return count === 1;
  }
}
