import { Injectable } from '@nestjs/common';
import {
  ENROLMENT_TOKEN_MAX_DAYS,
  type CreatedEnrolmentToken,
  type CreateEnrolmentTokenRequest,
  type EnrolmentToken,
  type Page,
} from '@moolai/contracts';
import type { EnrolmentTokenListQueryDto } from '@moolai/dtos';
import type { Actor } from '../../platform/access/principal.js';
import type { Scope } from '../../platform/access/scope.js';
import { Clock } from '../../platform/clock/clock.js';
import { Transactions } from '../../platform/database/transactions.js';
import { AppError, NotFoundError } from '../../platform/errors/app-error.js';
import { AuditTrail } from '../audit/index.js';
import { FleetEvents } from '../events/index.js';
import { ofEnrolmentToken } from './credential-audit.js';
import { toEnrolmentToken } from './credential.mapper.js';
import { issueSecret } from './credential-secret.js';
import type { EnrolmentTokenEntity } from './enrolment-token.entity.js';
import { EnrolmentTokensRepository } from './enrolment-tokens.repository.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Administration of enrolment tokens. */
@Injectable()
export class EnrolmentTokensService {
  constructor(
    private readonly repository: EnrolmentTokensRepository,
    private readonly events: FleetEvents,
    private readonly clock: Clock,
    private readonly transactions: Transactions,
    private readonly audit: AuditTrail,
  ) {}

  async list(query: EnrolmentTokenListQueryDto, scope: Scope): Promise<Page<EnrolmentToken>> {
    const now = this.clock.now();
    const { rows, total } = await this.repository.list(query, now, scope);
    const items = rows.map((row) => toEnrolmentToken(row, now));
    return { items, total, page: query.page, page_size: query.page_size };
  }

  /**
   * Creates a token; only this answer contains its secret.
   * @throws NotFoundError for an organization that is unknown or out of scope
   * @throws AppError `validation_error` for an expiry in the past or too far ahead
   */
  async create(request: CreateEnrolmentTokenRequest, actor: Actor): Promise<CreatedEnrolmentToken> {
    const { organization_id: organizationId, max_uses: maxUses = null } = request;
    const { name = `Enrolment into ${organizationId}` } = request;
    const now = this.clock.now();
    const expiresAt = new Date(request.expires_at);
    assertExpiry(expiresAt, now);
    const { secret, hash } = issueSecret('enrolmentToken');
    const row = await this.transactions.run(async (tx) => {
      const token = { organizationId, name, hash, expiresAt, maxUses, createdAt: now, createdBy: actor.name };
      const created = await this.repository.create(tx, token, actor.scope);
      if (!created) throw new NotFoundError('organization', organizationId);
      await this.audit.record(ofEnrolmentToken('enrolment_token.created', created, actor), tx);
      return created;
    });
    this.publish('enrolment_token.created', row, actor, 'was made');
    return { ...toEnrolmentToken(row, now), token: secret };
  }

  /**
   * Revokes a token: it enrols no more orchestrators. Those already enrolled stay.
   * @throws NotFoundError
   */
  async revoke(id: number, actor: Actor): Promise<EnrolmentToken> {
    const now = this.clock.now();
    const { token, wasRevoked } = await this.transactions.run(async (tx) => {
      const revoked = await this.repository.revoke(tx, id, now, actor.name, actor.scope);
      if (!revoked) throw new NotFoundError('enrolment token', String(id));
      if (revoked.wasRevoked) {
        await this.audit.record(ofEnrolmentToken('enrolment_token.revoked', revoked.token, actor), tx);
      }
      return revoked;
    });
    if (wasRevoked) this.publish('enrolment_token.revoked', token, actor, 'was revoked');
    return toEnrolmentToken(token, now);
  }

  private publish(
    type: 'enrolment_token.created' | 'enrolment_token.revoked',
    { id, name, organizationId }: EnrolmentTokenEntity,
    actor: Actor,
    what: string,
  ): void {
    const summary = `Enrolment token "${name}" of organization ${organizationId} ${what}.`;
    const data = { enrolment_token_id: id, name };
    this.events.publish({ type, organizationId, actor: actor.name, summary, data });
  }
}

/** A long-lived token would become a shared password. */
function assertExpiry(expiresAt: Date, now: Date): void {
  const aheadMs = expiresAt.getTime() - now.getTime();
  if (aheadMs > 0 && aheadMs <= ENROLMENT_TOKEN_MAX_DAYS * DAY_MS) return;
  const detail = `expires_at must be in the future, and at most ${ENROLMENT_TOKEN_MAX_DAYS} days ahead`;
  throw new AppError('validation_error', detail, [{ field: 'expires_at', detail }]);
}
