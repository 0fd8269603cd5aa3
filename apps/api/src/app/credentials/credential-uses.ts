import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Transactions } from '../../platform/database/transactions.js';
import { AuditTrail } from '../audit/index.js';
import { FleetEvents } from '../events/index.js';
import type { LiveEntry } from '../live-state/index.js';
import { digest } from '../../platform/secrets/secrets.js';
import { ofCredential, orchestratorActor, type CredentialOwner } from './credential-audit.js';
import { hashesMatch } from './credential-secret.js';
import { CredentialsRepository, type CredentialUse } from './credentials.repository.js';

/** A credential presented by a registration. */
export interface PresentedCredential extends CredentialUse {
  organizationId: string;
  address: string;
}

/** Records uses of credentials. The first use of a new one ends the old one. */
@Injectable()
export class CredentialUses {
  constructor(
    private readonly repository: CredentialsRepository,
    private readonly transactions: Transactions,
    private readonly audit: AuditTrail,
    private readonly events: FleetEvents,
    private readonly clock: Clock,
  ) {}

  /** Records uses, and returns the ids whose credential is still valid. */
  async record(presented: PresentedCredential[]): Promise<Set<string>> {
    const at = this.clock.now();
    const rotating = presented.filter(({ isNext }) => isNext);
    // Most uses do not need an audit entry.
    if (rotating.length === 0) return this.repository.use(presented, at);
    const good = await this.transactions.run(async (tx) => {
      const good = await this.repository.use(presented, at, tx);
      const rotated = rotating.filter(({ orchestratorId }) => good.has(orchestratorId));
      await this.audit.recordAll(rotated.map(rotation), tx);
      return good;
    });
    for (const one of rotating) if (good.has(one.orchestratorId)) this.publishRotated(one);
    return good;
  }

  /**
   * The orchestrator confirmed that it stored the credential offered on this connection.
   * @returns false, without a query, if it was offered another one
   */
  async acknowledged(entry: LiveEntry, credential: string): Promise<boolean> {
    const hash = digest(credential);
    if (!hashesMatch(hash, entry.credentialOffer)) return false;
    entry.credentialOffer = null;
    const { orchestratorId, organizationId, remoteAddress: address } = entry;
    const wasRotated = await this.transactions.run(async (tx) => {
      const { wasRotated } = await this.repository.confirm(tx, orchestratorId, hash, this.clock.now());
      if (wasRotated) await this.audit.record(rotation({ orchestratorId, organizationId, address }), tx);
      return wasRotated;
    });
    if (wasRotated) this.publishRotated({ orchestratorId, organizationId });
    return true;
  }

  private publishRotated({ orchestratorId, organizationId }: CredentialOwner): void {
    this.events.publish({
      type: 'credential.rotated',
      organizationId,
      orchestratorId,
      actor: 'orchestrator',
      summary: `${orchestratorId} uses its new credential; the old one has ended.`,
    });
  }
}

function rotation(owner: CredentialOwner & { address: string }) {
  const actor = orchestratorActor(owner.orchestratorId, owner.address);
  const states = { before: { rotation_pending: true }, after: { rotation_pending: false } };
  return ofCredential('credential.rotated', owner, actor, states);
}
