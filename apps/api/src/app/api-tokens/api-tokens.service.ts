import { Injectable } from '@nestjs/common';
import type { ApiToken, CreateApiTokenRequest, CreatedApiToken, Page } from '@moolai/contracts';
import type { ApiTokenListQueryDto } from '@moolai/dtos';
import { AccessWatch } from '../../platform/access/access-watch.js';
import type { TokenPrincipal, Principal } from '../../platform/access/principal.js';
import type { Scope } from '../../platform/access/scope.js';
import { Clock } from '../../platform/clock/clock.js';
import { AppError, NotFoundError } from '../../platform/errors/app-error.js';
import { digest, newSecret } from '../../platform/secrets/secrets.js';
import { AuditTrail, type AuditedChange } from '../audit/index.js';
import { GrantsService, soleOrganization } from '../users/index.js';
import type { ApiTokenEntity } from './api-token.entity.js';
import { toApiToken } from './api-token.mapper.js';
import { ApiTokensRepository } from './api-tokens.repository.js';

/** Prefix of every API token, so that people and scanners recognize a leaked one. */
export const API_TOKEN_PREFIX = 'mat_';

const HINT_LENGTH = API_TOKEN_PREFIX.length + 4;
const LONGEST_LIFE_MS = 366 * 24 * 60 * 60 * 1000;

/** API tokens for scripts: shown once, stored as a digest, valid until they expire or are revoked. */
@Injectable()
export class ApiTokensService {
  constructor(
    private readonly repository: ApiTokensRepository,
    private readonly grants: GrantsService,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
    private readonly watch: AccessWatch,
  ) {}

  async list(query: ApiTokenListQueryDto, scope: Scope): Promise<Page<ApiToken>> {
    const { rows, total } = await this.repository.list(query, scope);
    const nowMs = this.clock.nowMs();
    const items = rows.map((row) => toApiToken(row, nowMs));
    return { items, total, page: query.page, page_size: query.page_size };
  }

  /** @throws AppError `forbidden` or `validation_error` for a role or an expiry that cannot be granted */
  async create(request: CreateApiTokenRequest, principal: Principal): Promise<CreatedApiToken> {
    const { role, organizationIds } = await this.grants.check(
      principal,
      request.role,
      request.organization_ids,
    );
    const expiresAt = this.endOf(request.expires_at);
    const token = `${API_TOKEN_PREFIX}${newSecret()}`;
    const row = await this.repository.transaction(async (manager) => {
      const row = await this.repository.create(manager, {
        name: request.name,
        role,
        organizationIds,
        tokenHash: digest(token),
        hint: token.slice(0, HINT_LENGTH),
        expiresAt,
        createdBy: principal.name,
      });
      const change = { actor: principal, action: 'api_token.created' as const, after: state(row) };
      await this.audit.record({ ...change, ...place(row) }, manager);
      return row;
    });
    return { ...toApiToken(row, this.clock.nowMs()), token };
  }

  /**
   * Revokes a token: requests with it are refused from now on.
   * @throws NotFoundError
   */
  async revoke(tokenId: string, principal: Principal): Promise<ApiToken> {
    const row = await this.repository.transaction(async (manager) => {
      const before = await this.repository.lock(manager, tokenId, principal.scope);
      const after = await this.repository.revoke(manager, tokenId, principal.scope, principal.name);
      if (!before || !after) return undefined;
      const change = { actor: principal, action: 'api_token.revoked' as const };
      const states = { before: state(before), after: state(after) };
      await this.audit.record({ ...change, ...place(after), ...states }, manager);
      return after;
    });
    if (!row) throw new NotFoundError('API token', tokenId);
    this.watch.announce({ kind: 'api_token', id: tokenId });
    return toApiToken(row, this.clock.nowMs());
  }

  /** The principal of this API token; undefined if the token is not valid. */
  async principalOf(token: string): Promise<TokenPrincipal | undefined> {
    const row = await this.repository.findGood(digest(token));
    if (!row) return undefined;
    return {
      kind: 'api_token',
      id: row.tokenId,
      name: `token:${row.name}`,
      email: `token:${row.name}`,
      role: row.role,
      scope: row.role === 'superadmin' ? null : row.organizationIds,
      sessionId: null,
      expiresAtMs: row.expiresAt.getTime(),
    };
  }

  private endOf(expiresAt: string): Date {
    const end = new Date(expiresAt);
    const lifeMs = end.getTime() - this.clock.nowMs();
    if (lifeMs > 0 && lifeMs <= LONGEST_LIFE_MS) return end;
    const detail = 'expires_at must be in the future, and at most a year from now.';
    throw new AppError('validation_error', detail, [{ field: 'expires_at', detail }]);
  }
}

function state(row: ApiTokenEntity): NonNullable<AuditedChange['after']> {
  return {
    name: row.name,
    role: row.role,
    organization_ids: row.organizationIds,
    expires_at: row.expiresAt.toISOString(),
    revoked_at: row.revokedAt?.toISOString() ?? null,
  };
}

function place(row: ApiTokenEntity): Pick<AuditedChange, 'organizationId' | 'target'> {
  return {
    organizationId: soleOrganization(row.organizationIds),
    target: { type: 'api_token', id: row.tokenId },
  };
}
