import { Injectable } from '@nestjs/common';
import type {
  CredentialRevocation,
  CredentialRotation,
  CredentialState,
  CredentialUpdateMessage,
  QuarantineRelease,
} from '@moolai/contracts';
import type { Actor } from '../../platform/access/principal.js';
import type { Scope } from '../../platform/access/scope.js';
import { Clock } from '../../platform/clock/clock.js';
import { Transactions, type Transaction } from '../../platform/database/transactions.js';
import { AppError, NotFoundError } from '../../platform/errors/app-error.js';
import { AuditTrail } from '../audit/index.js';
import { FleetEvents, type PlainEventType } from '../events/index.js';
import { LiveFleet } from '../live-state/index.js';
import { ofCredential, ofQuarantine } from './credential-audit.js';
import { toCredentialState } from './credential.mapper.js';
import { issueSecret } from './credential-secret.js';
import { CredentialWatch } from './credential.watch.js';
import { CredentialsRepository, type CredentialRow } from './credentials.repository.js';
import { Quarantine } from './quarantine.js';

/** Administration of credentials: shows, rotates and revokes them, and ends quarantines. */
@Injectable()
export class CredentialsService {
  constructor(
    private readonly repository: CredentialsRepository,
    private readonly watch: CredentialWatch,
    private readonly quarantine: Quarantine,
    private readonly liveFleet: LiveFleet,
    private readonly events: FleetEvents,
    private readonly clock: Clock,
    private readonly transactions: Transactions,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws NotFoundError */
  async stateOf(orchestratorId: string, scope: Scope): Promise<CredentialState> {
    return toCredentialState(await this.find(orchestratorId, scope));
  }

  /**
   * Rotates a credential: offers a new one now or with the next registration. The current one ends when the new one is
   * used.
   * @throws NotFoundError
   * @throws AppError `conflict` if there is no valid one
   */
  async rotate(orchestratorId: string, actor: Actor): Promise<CredentialRotation> {
    const { organizationId } = await this.transactions.run(async (tx) => {
      const row = await this.find(orchestratorId, actor.scope, tx);
      if (!(await this.repository.requestRotation(tx, orchestratorId, this.clock.now())))
        throw new AppError('conflict', `Orchestrator "${orchestratorId}" has no credential to rotate.`);
      const states = { before: null, after: { rotation_pending: true } };
      await this.audit.record(ofCredential('credential.rotation_started', row, actor, states), tx);
      return row;
    });
    this.publish(
      'credential.rotation_started',
      orchestratorId,
      organizationId,
      actor,
      'gets a new credential',
    );
    const offered = await this.offer(orchestratorId);
    const credential = await this.stateOf(orchestratorId, actor.scope);
    return { orchestrator_id: orchestratorId, offered, credential };
  }

  /**
   * Revokes an orchestrator's credentials and closes its connection. Only an enrolment token created afterwards admits
   * it again.
   * @throws NotFoundError
   * @throws AppError `conflict` if there is no valid one
   */
  async revoke(orchestratorId: string, actor: Actor): Promise<CredentialRevocation> {
    const { organizationId } = await this.transactions.run(async (tx) => {
      const row = await this.find(orchestratorId, actor.scope, tx);
      const now = this.clock.now();
      if (!(await this.repository.revoke(tx, orchestratorId, now, actor.name)))
        throw new AppError('conflict', `Orchestrator "${orchestratorId}" has no credential to revoke.`);
      const states = { before: { revoked_at: null }, after: { revoked_at: now.toISOString() } };
      await this.audit.record(ofCredential('credential.revoked', row, actor, states), tx);
      return row;
    });
    this.publish(
      'credential.revoked',
      orchestratorId,
      organizationId,
      actor,
      'lost its credential: it was revoked',
    );
    // The database announces it too; this covers a lost listening connection.
    await this.watch.changed(orchestratorId);
    return {
      orchestrator_id: orchestratorId,
      credential: await this.stateOf(orchestratorId, actor.scope),
    };
  }

  /**
   * Ends a quarantine, so that the orchestrator can register again.
   * @throws NotFoundError
   * @throws AppError `conflict` if it is not quarantined
   */
  async release(orchestratorId: string, actor: Actor): Promise<QuarantineRelease> {
    const { organizationId, quarantinedAt, quarantineReason } = await this.transactions.run(async (tx) => {
      const row = await this.find(orchestratorId, actor.scope, tx);
      if (!(await this.repository.release(tx, orchestratorId)))
        throw new AppError('conflict', `Orchestrator "${orchestratorId}" is not quarantined.`);
      const before = {
        quarantined_at: row.quarantinedAt?.toISOString() ?? null,
        quarantine_reason: row.quarantineReason,
      };
      const after = { quarantined_at: null, quarantine_reason: null };
      await this.audit.record(ofQuarantine('orchestrator.released', row, actor, { before, after }), tx);
      return row;
    });
    await this.quarantine.forget(orchestratorId);
    this.publish(
      'orchestrator.released',
      orchestratorId,
      organizationId,
      actor,
      'was released from quarantine',
    );
    return {
      orchestrator_id: orchestratorId,
      quarantined_at: (quarantinedAt ?? this.clock.now()).toISOString(),
      quarantine_reason: quarantineReason,
    };
  }

  /** Offers a new credential on an open connection that supports it. */
  private async offer(orchestratorId: string): Promise<boolean> {
    const entry = this.liveFleet.get(orchestratorId);
    if (!entry?.isConnected || !entry.isAuthenticated || !entry.rotatesCredentials) return false;
    const { secret, hash } = issueSecret('credential');
    if (!(await this.repository.offer(orchestratorId, hash, this.clock.now()))) return false;
    entry.credentialOffer = hash;
    const message: CredentialUpdateMessage = {
      type: 'credential_update',
      orchestrator_id: orchestratorId,
      credential: secret,
    };
    return entry.link.send(JSON.stringify(message));
  }

  private async find(orchestratorId: string, scope: Scope, tx?: Transaction): Promise<CredentialRow> {
    const [row] = await this.repository.find([orchestratorId], scope, tx);
    if (!row) throw new NotFoundError('orchestrator', orchestratorId);
    return row;
  }

  private publish(
    type: PlainEventType,
    orchestratorId: string,
    organizationId: string,
    actor: Actor,
    what: string,
  ): void {
    const summary = `${orchestratorId} ${what}.`;
    this.events.publish({ type, organizationId, orchestratorId, actor: actor.name, summary });
  }
}
