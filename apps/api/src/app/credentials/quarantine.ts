import { Inject, Injectable } from '@nestjs/common';
import { systemActor } from '../../platform/access/principal.js';
import { Clock } from '../../platform/clock/clock.js';
import { Transactions } from '../../platform/database/transactions.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { AuditTrail } from '../audit/index.js';
import { FleetEvents } from '../events/index.js';
import { LiveFleet, type LiveEntry } from '../live-state/index.js';
import { ofQuarantine, type CredentialOwner } from './credential-audit.js';
import { CredentialWatch } from './credential.watch.js';
import { CredentialsRepository } from './credentials.repository.js';

const WINDOW_MS = 60_000;
/** Number of takeovers within a minute before a quarantine. */
const MAX_TAKEOVERS = 3;

/**
 * Detects two machines with the same credential, for example a cloned disk: they replace each other's connection for
 * ever. There is no way to tell the original, so both are refused until an administrator releases the orchestrator.
 */
@Injectable()
export class Quarantine {
  private readonly takeovers = new Map<string, number[]>();

  constructor(
    private readonly repository: CredentialsRepository,
    private readonly watch: CredentialWatch,
    private readonly liveFleet: LiveFleet,
    private readonly events: FleetEvents,
    private readonly transactions: Transactions,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * A newer connection replaced one whose peer still answered. A single machine that lost its connection would not
   * answer on it. Never rejects.
   */
  async takenOver(replaced: LiveEntry): Promise<void> {
    // Without credentials nothing proves that both claim the same identity.
    if (!replaced.isAuthenticated) return;
    const { orchestratorId, organizationId } = replaced;
    const count = this.count(orchestratorId);
    if (count <= MAX_TAKEOVERS) return;
    const present = this.liveFleet.get(orchestratorId)?.remoteAddress ?? 'unknown';
    const reason =
      `Two machines present its credential and took the connection from each other ${count} times within a ` +
      `minute, the last ones from ${replaced.remoteAddress} and ${present}.`;
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
  forget(orchestratorId: string): void {
    this.takeovers.delete(orchestratorId);
  }

  private count(orchestratorId: string): number {
    const nowMs = this.clock.monotonicMs();
    this.dropOld(nowMs);
    const times = this.takeovers.get(orchestratorId) ?? [];
    times.push(nowMs);
    // Moves it to the end: the map is ordered by the latest takeover.
    this.takeovers.delete(orchestratorId);
    this.takeovers.set(orchestratorId, times.slice(-MAX_TAKEOVERS - 1));
    return times.filter((time) => nowMs - time < WINDOW_MS).length;
  }

  private dropOld(nowMs: number): void {
    for (const [orchestratorId, times] of this.takeovers) {
      if (nowMs - (times.at(-1) ?? -Infinity) < WINDOW_MS) break;
      this.takeovers.delete(orchestratorId);
    }
  }
}
