import { Injectable } from '@nestjs/common';
import type { Role } from '@moolai/contracts';
import type { ApiTokenListQueryDto } from '@moolai/dtos';
import { DataSource, type EntityManager, type ObjectLiteral, type SelectQueryBuilder } from 'typeorm';
import type { Scope } from '../../platform/access/scope.js';
import { hydrate } from '../../platform/database/hydrate.js';
import { containsPattern, sortBy } from '../../platform/database/list-sql.js';
import { newerTime } from '../../platform/database/newer-time.js';
import { ApiTokenEntity } from './api-token.entity.js';

/** A token to store. */
export interface NewApiToken {
  name: string;
  role: Role;
  organizationIds: string[];
  tokenHash: Buffer;
  hint: string;
  expiresAt: Date;
  createdBy: string;
}

/** The last use of a token, and the client's address. */
export interface TokenUse {
  tokenId: string;
  atMs: number;
  address: string | null;
}

const IN_SCOPE = `($2::text[] IS NULL OR (role <> 'superadmin' AND organization_ids <@ $2::varchar[]))`;

function restrictTokens(builder: SelectQueryBuilder<ApiTokenEntity>, scope: Scope): void {
  if (scope === null) return;
  builder.andWhere(`t.role <> 'superadmin' AND t.organizationIds <@ :scope::varchar[]`, { scope });
}

/** SQL of API tokens. */
@Injectable()
export class ApiTokensRepository {
  constructor(private readonly dataSource: DataSource) {}

  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }

  /** Returns one page, and the total number of matches. */
  async list(query: ApiTokenListQueryDto, scope: Scope): Promise<{ rows: ApiTokenEntity[]; total: number }> {
    const builder = this.dataSource.getRepository(ApiTokenEntity).createQueryBuilder('t');
    restrictTokens(builder, scope);
    if (query.status === 'revoked') builder.andWhere('t.revokedAt IS NOT NULL');
    if (query.status === 'expired') builder.andWhere('t.revokedAt IS NULL AND t.expiresAt <= now()');
    if (query.status === 'active') builder.andWhere('t.revokedAt IS NULL AND t.expiresAt > now()');
    if (query.search) {
      builder.andWhere('t.name ILIKE :search', { search: containsPattern(query.search) });
    }
    sortBy(builder, query.sort, 'tokenId');
    builder.skip((query.page - 1) * query.page_size).take(query.page_size);
    const [rows, total] = await builder.getManyAndCount();
    return { rows, total };
  }

  async create(manager: EntityManager, token: NewApiToken): Promise<ApiTokenEntity> {
    const [row] = await manager.query<[ObjectLiteral]>(
      `INSERT INTO api_tokens (name, role, organization_ids, token_hash, hint, expires_at, created_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING *`,
      [
        token.name,
        token.role,
        token.organizationIds,
        token.tokenHash,
        token.hint,
        token.expiresAt,
        token.createdBy,
      ],
    );
    return hydrate(this.dataSource, ApiTokenEntity, row);
  }

  /** Locks and returns a token; undefined if there is no such token. */
  async lock(manager: EntityManager, tokenId: string, scope: Scope): Promise<ApiTokenEntity | undefined> {
    const [row] = await manager.query<ObjectLiteral[]>(
      `SELECT * FROM api_tokens WHERE token_id = $1 AND ${IN_SCOPE} FOR UPDATE`,
      [tokenId, scope],
    );
    return row && hydrate(this.dataSource, ApiTokenEntity, row);
  }

  /** Revokes a token; an already revoked one stays as it is. Undefined if there is no such token. */
  async revoke(
    manager: EntityManager,
    tokenId: string,
    scope: Scope,
    actorName: string,
  ): Promise<ApiTokenEntity | undefined> {
    const [rows] = await manager.query<[ObjectLiteral[], number]>(
      `UPDATE api_tokens SET revoked_at = coalesce(revoked_at, now()), revoked_by = coalesce(revoked_by, $3)
       WHERE token_id = $1 AND ${IN_SCOPE} RETURNING *`,
      [tokenId, scope, actorName],
    );
    return rows[0] && hydrate(this.dataSource, ApiTokenEntity, rows[0]);
  }

  /** Returns the valid token with this digest. */
  async findGood(tokenHash: Buffer): Promise<ApiTokenEntity | null> {
    return this.dataSource
      .getRepository(ApiTokenEntity)
      .createQueryBuilder('t')
      .where('t.tokenHash = :tokenHash AND t.revokedAt IS NULL AND t.expiresAt > now()', { tokenHash })
      .getOne();
  }

  /** Records uses, many in one statement. */
  async used(uses: TokenUse[], now: Date): Promise<void> {
    await this.dataSource.query(
      `UPDATE api_tokens t SET last_used_at = ${newerTime('t.last_used_at', 'to_timestamp(u.at_ms / 1000.0)', '$4')},
         last_used_address = u.address
       FROM unnest($1::uuid[], $2::float8[], $3::text[]) AS u(token_id, at_ms, address)
       WHERE t.token_id = u.token_id`,
      [
        uses.map(({ tokenId }) => tokenId),
        uses.map(({ atMs }) => atMs),
        uses.map(({ address }) => address),
        now,
      ],
    );
  }
}
