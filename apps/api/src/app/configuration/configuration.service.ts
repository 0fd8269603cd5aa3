import { Injectable } from '@nestjs/common';
import type { JsonObject, OwnConfig } from '@moolai/contracts';
import { systemActor } from '../../platform/access/principal.js';
import { isInScope } from '../../platform/access/scope.js';
import { BatchQueue } from '../../platform/batching/batch-queue.js';
import type { Transaction } from '../../platform/database/transactions.js';
import { NotFoundError } from '../../platform/errors/app-error.js';
import { AuditTrail } from '../audit/index.js';
import { FleetEvents } from '../events/index.js';
import { ConfigPusher, type DesiredConfig } from './config.pusher.js';
import { assertExpected, ConfigurationChange, type ChangedLevel } from './configuration-change.js';
import type { Attribution } from './configuration-levels.js';
import { ConfigurationRepository } from './configuration.repository.js';
import type { ComputedConfig } from './effective-configs.js';

const MAX_BATCH = 1_000;
/** The attribution of repairs that no user requested. */
const REPAIR: Attribution = { actor: systemActor() };

/** Result of a change to an orchestrator's own level. */
export interface OwnChange {
  configVersion: number;
  pushed: boolean;
  config: JsonObject;
}

/** Result of a change to an upper level. */
export interface LevelChange {
  revision: number;
  /** Number of open connections to which a new configuration was written. */
  pushed: number;
  /** Number of affected orchestrators. */
  total: number;
}

/** Has new configurations pushed by other instances; returns the number of orchestrators they were written to. */
export type PushElsewhere = (orchestratorIds: string[], actorName: string) => Promise<number>;

/** The desired configuration of an orchestrator. */
export interface CurrentConfig {
  configVersion: number;
  computed: ComputedConfig;
}

/**
 * Changes configurations. Each change is one transaction, and is pushed after its commit; equal content changes and
 * pushes nothing.
 */
@Injectable()
export class ConfigurationService {
  private commits = 0;
  private pushElsewhere: PushElsewhere = () => Promise.resolve(0);
  private readonly reconciliations = new BatchQueue<string, CurrentConfig>(MAX_BATCH, (ids) =>
    this.reconcileAll(ids),
  );

  constructor(
    private readonly repository: ConfigurationRepository,
    private readonly pusher: ConfigPusher,
    private readonly events: FleetEvents,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Increases with every committed change. A registration that read the configuration before a change uses it to detect
   * that its copy may be outdated.
   */
  get epoch(): number {
    return this.commits;
  }

  /**
   * Changes an orchestrator's own level.
   * @param change computes the new level from the current one
   * @param expected the version that the caller has seen, from `If-Match`
   * @throws AppError `not_found`, `conflict`, or `validation_error` if the fleet's schemas forbid it
   */
  async changeOwn(
    orchestratorId: string,
    change: (own: OwnConfig) => OwnConfig,
    attribution: Attribution,
    expected?: number,
  ): Promise<OwnChange> {
    const { result, pushed } = await this.run(attribution, async (unit) => {
      const { fleet, organizations, orchestrators } = await unit.tx.lock([orchestratorId]);
      const [level] = orchestrators;
      const organization = organizations.find((one) => one.organizationId === level?.organizationId);
      if (!level || !organization || !isInScope(attribution.actor.scope, level.organizationId))
        throw new NotFoundError('orchestrator', orchestratorId);
      assertExpected(expected, level.configVersion, 'config_version');
      return unit.setOwn(level, change(level.own), fleet, organization);
    });
    return { ...result, pushed: pushed > 0 };
  }

  /**
   * Changes an organization's settings.
   * @param expected the revision that the caller has seen, from `If-Match`
   * @throws AppError `not_found`, `conflict`, or `validation_error`
   */
  async changeSettings(
    organizationId: string,
    settings: JsonObject,
    attribution: Attribution,
    expected?: number,
  ): Promise<LevelChange> {
    const { result, pushed, total } = await this.run(attribution, async (unit) => {
      const fleet = await unit.tx.fleet('SHARE');
      const [organization] = await unit.tx.organizations([organizationId], 'NO KEY UPDATE');
      if (!organization || !isInScope(attribution.actor.scope, organizationId))
        throw new NotFoundError('organization', organizationId);
      assertExpected(expected, organization.revision, 'settings_revision');
      const next = await unit.setSettings(organization, settings);
      await unit.renew(fleet, [next]);
      return next.revision;
    });
    return { revision: result, pushed, total };
  }

  /**
   * Creates an orchestrator with the first version of its configuration.
   * @param complete other parts of its creation, within the same transaction
   * @returns false if the id exists
   * @throws NotFoundError for an unknown organization
   */
  async createOrchestrator(
    orchestratorId: string,
    organizationId: string,
    own: OwnConfig,
    attribution: Attribution,
    complete: (tx: Transaction) => Promise<void>,
  ): Promise<boolean> {
    const { result } = await this.run(attribution, async (unit) => {
      const fleet = await unit.tx.fleet('SHARE');
      const [organization] = await unit.tx.organizations([organizationId], 'SHARE');
      if (!organization || !isInScope(attribution.actor.scope, organizationId))
        throw new NotFoundError('organization', organizationId);
      const isNew = await unit.create(orchestratorId, own, fleet, organization);
      if (isNew) await complete(unit.tx.manager);
      return isNew;
    });
    return result;
  }

  /**
   * Updates an orchestrator's version from its rows, and pushes what it missed. Concurrent calls share a transaction.
   * @throws NotFoundError
   */
  reconcile(orchestratorId: string): Promise<CurrentConfig> {
    return this.reconciliations.add(orchestratorId, orchestratorId);
  }

  /** Runs a change of any number of levels in one transaction, and pushes the result. */
  async run<T>(
    attribution: Attribution,
    work: (unit: ConfigurationChange) => Promise<T>,
  ): Promise<{ result: T; pushed: number; total: number }> {
    const { unit, result } = await this.commit(attribution, work);
    return { result, total: unit.total, pushed: await this.pushAll(unit.desired, attribution.actor.name) };
  }

  /** Has configurations pushed by the instances with the other connections. */
  onPush(pushElsewhere: PushElsewhere): void {
    this.pushElsewhere = pushElsewhere;
  }

  /**
   * Pushes what another instance has changed to the connections of this one.
   * @returns the number of orchestrators it was written to
   */
  async pushHere(orchestratorIds: string[], actorName: string): Promise<number> {
    // Registrations that are under way may have read the former configuration.
    this.commits += 1;
    if (orchestratorIds.length === 0) return 0;
    const attribution = { actor: systemActor(actorName) };
    const { unit } = await this.commit(attribution, (unit) => unit.reconcile(orchestratorIds));
    return this.pusher.push(unit.desired, actorName);
  }

  private async pushAll(configs: DesiredConfig[], actorName: string): Promise<number> {
    if (configs.length === 0) return 0;
    const [here, elsewhere] = await Promise.all([
      this.pusher.push(configs, actorName),
      this.pushElsewhere(
        configs.map(({ orchestratorId }) => orchestratorId),
        actorName,
      ),
    ]);
    return here + elsewhere;
  }

  private async commit<T>(
    attribution: Attribution,
    work: (unit: ConfigurationChange) => Promise<T>,
  ): Promise<{ unit: ConfigurationChange; result: T }> {
    const done = await this.repository.transaction(async (tx) => {
      const unit = new ConfigurationChange(tx, attribution);
      const result = await work(unit);
      await this.audit.recordAll(unit.audited, tx.manager);
      return { unit, result };
    });
    if (done.unit.changed.length > 0) this.commits += 1;
    for (const level of done.unit.changed) this.publish(level, attribution);
    return done;
  }

  /** A repaired configuration is new to no other instance. */
  private async reconcileAll(orchestratorIds: string[]): Promise<(CurrentConfig | Error)[]> {
    const { unit, result } = await this.commit(REPAIR, (unit) => unit.reconcile(orchestratorIds));
    await this.pusher.push(unit.desired, REPAIR.actor.name);
    return orchestratorIds.map((id) => result.get(id) ?? new NotFoundError('orchestrator', id));
  }

  private publish(
    { level, organizationId, orchestratorId }: ChangedLevel,
    { actor, comment }: Attribution,
  ): void {
    const what = orchestratorId ?? organizationId ?? 'the whole fleet';
    this.events.publish({
      type: 'config.changed',
      organizationId,
      orchestratorId,
      actor: actor.name,
      summary: `The configuration of ${what} was changed${comment ? ` (${comment})` : ''}.`,
      data: { level },
    });
  }
}
