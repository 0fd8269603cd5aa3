import { Inject, Injectable } from '@nestjs/common';
import { systemActor } from '../../platform/access/principal.js';
import { Clock } from '../../platform/clock/clock.js';
import { Transactions } from '../../platform/database/transactions.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { AuditTrail } from '../audit/index.js';
import { FleetEvents } from '../events/index.js';
import type { LiveEntry } from '../live-state/index.js';
import { ofQuarantine, type CredentialOwner } from './credential-audit.js';
import { CredentialWatch } from './credential.watch.js';
import { CredentialsRepository } from './credentials.repository.js';
import { TakeoverCount } from './takeover-count.js';

/** Number of takeovers within a minute before a quarantine. */
const MAX_TAKEOVERS = 3;

/**
 * Detects two machines with the same credential, for example a cloned disk: they replace each other's connection for
 * ever. There is no way to tell the original, so both are refused until an administrator releases the orchestrator.
 */
@Injectable()
export class Quarantine {
  constructor(
    private readonly repository: CredentialsRepository,
    private readonly watch: CredentialWatch,
    private readonly takeovers: TakeoverCount,
    private readonly events: FleetEvents,
    private readonly transactions: Transactions,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * A newer connection replaced one whose peer still answered. A single machine that lost its connection would not
   * answer on it. Never rejects.
   * @param successor where the newer connection came from or went to, for people; undefined if it has ended already
   */
  async takenOver(replaced: LiveEntry, successor = 'unknown'): Promise<void> {
    // Without credentials nothing proves that both claim the same identity.
    if (!replaced.isAuthenticated) return;
    const { orchestratorId, organizationId } = replaced;
    const count = await this.takeovers.add(orchestratorId);
    if (count <= MAX_TAKEOVERS) return;
    const reason =
      `Two machines present its credential and took the connection from each other ${count} times within a ` +
      `minute, the last ones from ${replaced.remoteAddress} and ${successor}.`;
    try {
      if (!(await this.quarantine(replaced, reason))) return;
      this.events.publish({
        type: 'orchestrator.quarantined',
        organizationId,
        orchestratorId,
        summary: `${orchestratorId} is quarantined. ${reason}`,
        data: { reason },
      });
      this.logger.warn({ orchestrator_id: orchestratorId }, `quarantined: ${reason}`);
      await this.watch.changed(orchestratorId);
    } catch (error) {
      // The next takeover tries again.
      this.logger.warn({ orchestrator_id: orchestratorId }, `not quarantined: ${(error as Error).message}`);
    }
  }

  private quarantine(owner: CredentialOwner, reason: string): Promise<boolean> {
    return this.transactions.run(async (tx) => {
      const now = this.clock.now();
      if (!(await this.repository.quarantine(tx, owner.orchestratorId, reason, now))) return false;
      const before = { quarantined_at: null, quarantine_reason: null };
      const after = { quarantined_at: now.toISOString(), quarantine_reason: reason };
      const change = ofQuarantine('orchestrator.quarantined', owner, systemActor(), { before, after });
      await this.audit.record(change, tx);
      return true;
    });
  }

  /** The quarantine ended: earlier takeovers no longer count. */
  forget(orchestratorId: string): Promise<void> {
    return this.takeovers.forget(orchestratorId);
  }
}
