import { Injectable } from '@nestjs/common';
import type { EnrolmentTokenState } from '@moolai/contracts';
import type { EnrolmentTokenListQueryDto } from '@moolai/dtos';
import { DataSource, type SelectQueryBuilder } from 'typeorm';
import { inScope, type Scope } from '../../platform/access/scope.js';
import type { Transaction } from '../../platform/database/transactions.js';
import { containsPattern, restrict, sortBy } from '../../platform/database/list-sql.js';
import type { PresentedToken } from './credential-verdict.js';
import { EnrolmentTokenEntity } from './enrolment-token.entity.js';

/** An enrolment token to store. */
export interface NewEnrolmentToken {
  organizationId: string;
  name: string;
  hash: Buffer;
  expiresAt: Date;
  maxUses: number | null;
  createdAt: Date;
  createdBy: string;
}

/** A token and how many orchestrators it enrolled. */
export interface TokenUse {
  tokenId: number;
  count: number;
}

/** SQL conditions of each state, in the order of `stateOf` in the mapper. */
const STATE_CONDITIONS: Record<EnrolmentTokenState, string> = {
  revoked: 't.revokedAt IS NOT NULL',
  expired: 't.revokedAt IS NULL AND t.expiresAt <= :now',
  used_up: 't.revokedAt IS NULL AND t.expiresAt > :now AND t.uses >= t.maxUses',
  usable: 't.revokedAt IS NULL AND t.expiresAt > :now AND (t.maxUses IS NULL OR t.uses < t.maxUses)',
};

const PRESENTED_COLUMNS = `id, organization_id AS "organizationId", created_at AS "createdAt",
  expires_at AS "expiresAt", revoked_at AS "revokedAt", max_uses AS "maxUses", uses`;

/** SQL of enrolment tokens. */
@Injectable()
export class EnrolmentTokensRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Stores a token; undefined if its organization does not exist or is out of scope. */
  async create(
    tx: Transaction,
    token: NewEnrolmentToken,
    scope: Scope,
  ): Promise<EnrolmentTokenEntity | undefined> {
    const [row] = await tx.query<{ id: number }[]>(
      `INSERT INTO enrolment_tokens (organization_id, name, token_hash, expires_at, max_uses, created_at, created_by)
       SELECT organization_id, $2, $3, $4, $5, $6, $7 FROM organizations
       WHERE organization_id = $1 AND ${inScope('organization_id', '$8')} RETURNING id`,
      [
        token.organizationId,
        token.name,
        token.hash,
        token.expiresAt,
        token.maxUses,
        token.createdAt,
        token.createdBy,
        scope,
      ],
    );
    return row && (await this.find(tx, row.id, scope));
  }

  /** Revokes a token; undefined if there is none in scope. One that has already ended stays as it is. */
  async revoke(
    tx: Transaction,
    id: number,
    at: Date,
    actorName: string,
    scope: Scope,
  ): Promise<{ token: EnrolmentTokenEntity; wasRevoked: boolean } | undefined> {
    const [, count] = await tx.query<[unknown, number]>(
      `UPDATE enrolment_tokens SET revoked_at = $2, revoked_by = $3
       WHERE id = $1 AND revoked_at IS NULL AND ${inScope('organization_id', '$4')}`,
      [id, at, actorName, scope],
    );
    const token = await this.find(tx, id, scope);
    return token && { token, wasRevoked: count === 1 };
  }

  /** Returns one page, and the total number of matches. */
  async list(
    query: EnrolmentTokenListQueryDto,
    now: Date,
    scope: Scope,
  ): Promise<{ rows: EnrolmentTokenEntity[]; total: number }> {
    const builder = this.builder(this.dataSource.manager, scope);
    if (query.organization_id !== undefined) {
      builder.andWhere('t.organizationId = :organizationId', { organizationId: query.organization_id });
    }
    if (query.search) {
      builder.andWhere('t.name ILIKE :search', { search: containsPattern(query.search) });
    }
    if (query.state !== undefined) builder.andWhere(STATE_CONDITIONS[query.state], { now });
    sortBy(builder, query.sort, 'id');
    builder.skip((query.page - 1) * query.page_size).take(query.page_size);
    const [rows, total] = await builder.getManyAndCount();
    return { rows, total };
  }

  /** The tokens with these hashes, by hexadecimal hash. */
  async byHash(hashes: Buffer[]): Promise<Map<string, PresentedToken>> {
    const rows = await this.dataSource.query<(PresentedToken & { hash: Buffer })[]>(
      `SELECT token_hash AS hash, ${PRESENTED_COLUMNS} FROM enrolment_tokens WHERE token_hash = ANY($1)`,
      [hashes],
    );
    return new Map(rows.map(({ hash, ...token }) => [hash.toString('hex'), token]));
  }

  /**
   * Locks these tokens until the end of the transaction, so that they cannot be used concurrently, and returns their
   * current state. Locks in the order of ids to avoid deadlocks.
   */
  async lock(tx: Transaction, ids: number[]): Promise<Map<number, PresentedToken>> {
    const rows = await tx.query<PresentedToken[]>(
      `SELECT ${PRESENTED_COLUMNS} FROM enrolment_tokens WHERE id = ANY($1) ORDER BY id FOR UPDATE`,
      [ids],
    );
    return new Map(rows.map((token) => [token.id, token]));
  }

  /** Counts uses of locked tokens. */
  async countUses(tx: Transaction, uses: TokenUse[], at: Date): Promise<void> {
    await tx.query(
      `UPDATE enrolment_tokens t SET uses = t.uses + v.count, last_used_at = $1
       FROM unnest($2::int[], $3::int[]) AS v(id, count) WHERE t.id = v.id`,
      [at, uses.map(({ tokenId }) => tokenId), uses.map(({ count }) => count)],
    );
  }

  private async find(tx: Transaction, id: number, scope: Scope): Promise<EnrolmentTokenEntity | undefined> {
    return (await this.builder(tx, scope).andWhere('t.id = :id', { id }).getOne()) ?? undefined;
  }

  private builder(tx: Transaction, scope: Scope): SelectQueryBuilder<EnrolmentTokenEntity> {
    const builder = tx.getRepository(EnrolmentTokenEntity).createQueryBuilder('t');
    restrict(builder, 'organizationId', scope);
    return builder;
  }
}
