import { Injectable, type OnModuleInit } from '@nestjs/common';
import type {
  IndependenceResult,
  OrganizationIndependenceResult,
  SetIndependenceRequest,
  SetOrchestratorIndependenceRequest,
  SetOrganizationIndependenceRequest,
} from '@moolai/contracts';
import { systemActor, type Actor } from '../../platform/access/principal.js';
import { inTurns } from '../../platform/batching/paced-queue.js';
import { Clock } from '../../platform/clock/clock.js';
import { Transactions } from '../../platform/database/transactions.js';
import { AppError, NotFoundError } from '../../platform/errors/app-error.js';
import { AuditTrail } from '../audit/index.js';
import { FleetEvents } from '../events/index.js';
import { ControllerConfigFile } from '../fleet-document/index.js';
import { IndependenceConfirmation, IndependenceListener, PendingWrites } from '../live-state/index.js';
import { IndependenceFiles } from './independence-files.js';
import { ofOrchestrator, ofOrganization } from './independence-audit.js';
import {
  isSameFlag,
  MANAGED,
  organizationStateOf,
  stateOf,
  type FlagState,
  type WantedSwitch,
} from './independence-flag.js';
import { IndependenceRepository, type FlagChange, type SwitchedRow } from './independence.repository.js';

/** Beyond this number, one event per orchestrator would crowd out all others. */
const MAX_SINGLE_EVENTS = 100;
const SYSTEM = 'system';

/** Reason and end. */
interface Lease {
  reason: string | null;
  expiresAt: Date | null;
}

/** Switches independence, first in the database and then in its two files (HLD 7.3, contract section 4). */
@Injectable()
export class IndependenceService implements OnModuleInit {
  private leaseListener: (expiresAt: Date) => void = () => undefined;
  private mustFollow = false;
  private following: Promise<void> | undefined;

  constructor(
    private readonly repository: IndependenceRepository,
    private readonly files: IndependenceFiles,
    private readonly configFile: ControllerConfigFile,
    private readonly listener: IndependenceListener,
    private readonly confirmation: IndependenceConfirmation,
    private readonly pending: PendingWrites,
    private readonly events: FleetEvents,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
    private readonly transactions: Transactions,
  ) {}

  /** Reconciles files and database before the first connection. */
  async onModuleInit(): Promise<void> {
    await this.files.load();
    // Removes orchestrators that were deleted while no controller was running.
    for (const id of await this.repository.deletedOf(this.files.ids())) this.files.forget(id);
    await this.configFile.importUnknown((id) => this.files.remembered(id));
    await this.followDatabase();
    if (this.files.isKeeper) await this.assertWritten();
    this.listener.observe({
      onSwitch: ({ orchestratorId, isIndependent, version, updatedAt, updatedBy }) => {
        const record = { is_independent: isIndependent, updated_at: updatedAt, updated_by: updatedBy };
        this.files.record(orchestratorId, record, version);
      },
      onDeleted: (orchestratorId) => {
        this.files.forget(orchestratorId);
        this.followSoon();
      },
      onMissed: () => this.followDatabase(),
    });
  }

  /** Calls `listener` with the end of each granted lease. */
  onLease(listener: (expiresAt: Date) => void): void {
    this.leaseListener = listener;
  }

  /**
   * Switches one orchestrator. Memory follows immediately, so that the next heartbeat is treated correctly. A failed
   * file write does not undo the switch; the answer reports it.
   * @throws NotFoundError
   * @throws AppError `validation_error` for an invalid lease
   */
  async switchOne(
    orchestratorId: string,
    request: SetOrchestratorIndependenceRequest,
    actor: Actor,
  ): Promise<IndependenceResult> {
    const { is_independent, source, keep_lease: keepsLease = false } = request;
    if (!is_independent && source)
      throw refusal('source', 'source is only allowed when independence is switched on');
    const wanted = { ...this.wantedSwitch(request, actor), source, keepsLease };
    const seenMs = this.pending.seenMs(orchestratorId);
    const { row, flag } = await this.transactions.run(async (tx) => {
      const switched = await this.repository.switchOne(tx, orchestratorId, wanted, seenMs);
      if (!switched) throw new NotFoundError('orchestrator', orchestratorId);
      const { row, flag } = switched;
      if (row && hasChanged(flag)) await this.audit.record(ofOrchestrator({ row, flag }, actor), tx);
      return switched;
    });
    if (row && hasChanged(flag)) await this.apply([row], wanted.actorName, leaseOf(flag.after));
    else if (row) this.files.record(orchestratorId, row.record, row.version);
    const files = await this.files.persisted();
    return {
      orchestrator_id: orchestratorId,
      is_independent: wanted.isIndependent,
      changed: hasChanged(flag),
      previous: stateOf(flag.before),
      persisted: { database: true, ...files },
    };
  }

  /**
   * Switches an organization: orchestrators that register later follow it, and existing ones if requested.
   * @throws NotFoundError
   * @throws AppError `validation_error` for an invalid lease
   */
  async switchOrganization(
    organizationId: string,
    request: SetOrganizationIndependenceRequest,
    actor: Actor,
  ): Promise<OrganizationIndependenceResult> {
    const wanted = this.wantedSwitch(request, actor);
    const seen = this.pending.allSeenMs();
    const { flag, before, lease, rows } = await this.transactions.run(async (tx) => {
      const applies = request.apply_to_existing === true;
      const switched = await this.repository.switchOrganization(tx, organizationId, wanted, applies, seen);
      if (!switched) throw new NotFoundError('organization', organizationId);
      const hasChanged = switched.flag !== null || switched.rows.length > 0;
      if (hasChanged) await this.audit.record(ofOrganization(switched, actor), tx);
      return switched;
    });
    const { reason = null, expiresAt = null } = lease ?? {};
    await this.apply(rows, wanted.actorName, { reason, expiresAt });
    // The organization's own lease has an end even without followers.
    if (expiresAt) this.leaseListener(expiresAt);
    if (flag || rows.length > 0)
      this.events.publish({
        type: 'organization.changed',
        organizationId,
        actor: actor.name,
        summary: `Independence of organization ${organizationId} was switched ${wanted.isIndependent ? 'on' : 'off'}.`,
        data: {
          is_independent: wanted.isIndependent,
          orchestrators_changed: rows.length,
          reason,
        },
      });
    const files = await this.files.persisted();
    return {
      organization_id: organizationId,
      is_independent: wanted.isIndependent,
      orchestrators_changed: rows.length,
      previous: organizationStateOf(before),
      switched: rows.map(({ orchestratorId, before: former = MANAGED }) => ({
        orchestrator_id: orchestratorId,
        previous: stateOf(former),
      })),
      persisted: { database: true, ...files },
    };
  }

  /** Ends expired leases as if they had been switched off. */
  async endExpired(): Promise<void> {
    for (let isDone = false; !isDone;) isDone = await this.endSomeExpired();
    await this.files.persisted();
  }

  private async endSomeExpired(): Promise<boolean> {
    const { rows, isDone } = await this.transactions.run(async (tx) => {
      const { organizations, own, isDone } = await this.repository.endExpired(tx);
      const actor = systemActor(SYSTEM);
      const changes = [
        ...organizations.map((one) => ofOrganization(one, actor)),
        ...own.map((one) => ofOrchestrator(one, actor)),
      ];
      await this.audit.recordAll(changes, tx);
      return { rows: [...organizations.flatMap((one) => one.rows), ...own.map(({ row }) => row)], isDone };
    });
    await this.apply(rows, SYSTEM, { reason: 'its lease is over', expiresAt: null });
    return isDone;
  }

  /** Reads the database once for many deletions: a recreated orchestrator may have been switched already. */
  private followSoon(): void {
    this.mustFollow = true;
    this.following ??= this.followUntilDone().finally(() => (this.following = undefined));
  }

  private async followUntilDone(): Promise<void> {
    while (this.mustFollow) {
      this.mustFollow = false;
      // While the database is down the files keep deleted orchestrators; this is repeated when it is back.
      await this.followDatabase().catch(() => undefined);
    }
  }

  private async assertWritten(): Promise<void> {
    const { env_file, json_file } = await this.files.persisted();
    if (!env_file || !json_file) {
      throw new AppError('unavailable', 'CONTROLLER_CONFIG_DIR: the configuration files cannot be written');
    }
  }

  /** Updates the files with every switch in the database. */
  private async followDatabase(): Promise<void> {
    for await (const rows of this.repository.everSwitched()) {
      for (const { orchestratorId, record, version } of rows)
        this.files.record(orchestratorId, record, version);
    }
  }

  private wantedSwitch(
    { is_independent, reason, expires_at }: SetIndependenceRequest,
    { name: actorName, scope }: Actor,
  ): WantedSwitch {
    if (!is_independent && (reason ?? expires_at)) {
      throw refusal('reason', 'reason and expires_at are only allowed when independence is switched on');
    }
    const expiresAt = typeof expires_at === 'string' ? new Date(expires_at) : expires_at;
    if (expiresAt && expiresAt.getTime() <= this.clock.nowMs()) {
      throw refusal('expires_at', 'expires_at must be in the future');
    }
    return { isIndependent: is_independent, actorName, scope, reason, expiresAt };
  }

  /** Updates memory and the files' contents from database rows. */
  private async apply(rows: SwitchedRow[], actorName: string, lease: Lease): Promise<void> {
    await inTurns(rows, ({ orchestratorId, isIndependent, version, lastSeenMs, record }) => {
      this.listener.apply(orchestratorId, isIndependent, version, lastSeenMs);
      this.files.record(orchestratorId, record, version);
    });
    if (rows.length > 0) await this.confirmation.untilAllFollow();
    if (lease.expiresAt) this.leaseListener(lease.expiresAt);
    if (rows.length <= MAX_SINGLE_EVENTS) for (const row of rows) this.publish(row, actorName, lease);
  }

  private publish(
    { orchestratorId, organizationId, isIndependent }: SwitchedRow,
    actorName: string,
    { reason, expiresAt }: Lease,
  ): void {
    const what = isIndependent ? 'is independent now' : 'is managed again';
    this.events.publish({
      type: 'independence.changed',
      organizationId,
      orchestratorId,
      actor: actorName,
      summary: `${orchestratorId} ${what}${reason === null ? '' : ` (${reason})`}.`,
      data: { is_independent: isIndependent, reason, expires_at: expiresAt?.toISOString() ?? null },
    });
  }
}

function hasChanged({ before, after }: FlagChange): boolean {
  return !isSameFlag(before, after);
}

function leaseOf({ independence_reason, independence_expires_at }: FlagState): Lease {
  return {
    reason: independence_reason,
    expiresAt: independence_expires_at === null ? null : new Date(independence_expires_at),
  };
}

function refusal(field: string, detail: string): AppError {
  return new AppError('validation_error', detail, [{ field, detail }]);
}
