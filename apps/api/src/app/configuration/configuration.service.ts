import { Injectable } from '@nestjs/common';
import type { JsonObject, OwnConfig } from '@moolai/contracts';
import { NotFoundError } from '../../platform/errors/app-error.js';
import { FleetEvents } from '../events/index.js';
import { ConfigPusher } from './config.pusher.js';
import {
  assertExpected,
  ConfigurationChange,
  lockOrchestrator,
  type ChangedLevel,
  type FleetContent,
} from './configuration-change.js';
import type { ComputedConfig } from './effective-configs.js';
import { ConfigurationRepository, type Author } from './configuration.repository.js';

/** What a change of an orchestrator's own level ended with. */
export interface OwnChange {
  configVersion: number;
  pushed: boolean;
  config: JsonObject;
}

/** What a change of a level above ended with. */
export interface LevelChange {
  revision: number;
  /** To how many live connections a new configuration was written. */
  pushed: number;
  /** How many orchestrators the level concerns. */
  total: number;
}

/**
 * Changes configurations. Each change is one transaction over all that it concerns, and is pushed once
 * it is committed; the same content again changes nothing and pushes nothing.
 */
@Injectable()
export class ConfigurationService {
  private commits = 0;

  constructor(
    private readonly repository: ConfigurationRepository,
    private readonly pusher: ConfigPusher,
    private readonly events: FleetEvents,
  ) {}

  /**
   * Grows with every committed change. A registration that read the configuration before and is
   * answered after a change sees by it that what it read may be old.
   */
  get epoch(): number {
    return this.commits;
  }

  /**
   * Changes an orchestrator's own level.
   * @param change gives the new level from the present one
   * @param expected the version that the caller has seen, from `If-Match`
   * @throws AppError `not_found`, `conflict`, or `validation_error` when the fleet's schemas forbid it
   */
  async changeOwn(
    orchestratorId: string,
    change: (own: OwnConfig) => OwnConfig,
    author: Author,
    expected?: number,
  ): Promise<OwnChange> {
    const organizationId = await this.repository.organizationOf(orchestratorId);
    if (organizationId === undefined) throw new NotFoundError('orchestrator', orchestratorId);
    const { result, pushed } = await this.run(author, async (unit) => {
      const { fleet, organization, level } = await lockOrchestrator(unit.tx, orchestratorId, organizationId);
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
    author: Author,
    expected?: number,
  ): Promise<LevelChange> {
    const { result, pushed, total } = await this.run(author, async (unit) => {
      const fleet = await unit.tx.fleet('SHARE');
      const organization = await unit.tx.organization(organizationId, 'UPDATE');
      if (!organization) throw new NotFoundError('organization', organizationId);
      assertExpected(expected, organization.revision, 'settings_revision');
      return unit.setSettings(organization, settings, fleet);
    });
    return { revision: result, pushed, total };
  }

  /**
   * Changes the fleet's defaults and schemas.
   * @throws AppError `conflict` or `validation_error`
   */
  async changeFleet(content: FleetContent, author: Author, expected?: number): Promise<LevelChange> {
    const { result, pushed, total } = await this.run(author, async (unit) => {
      const fleet = await unit.tx.fleet('UPDATE');
      assertExpected(expected, fleet.revision, 'revision');
      return (await unit.setFleet(fleet, content)).revision;
    });
    return { revision: result, pushed, total };
  }

  /**
   * Creates an orchestrator that is not known yet, with the first version of its configuration.
   * @returns false when there is one with that id
   * @throws NotFoundError for an unknown organization
   */
  async createOrchestrator(
    orchestratorId: string,
    organizationId: string,
    own: OwnConfig,
    author: Author,
  ): Promise<boolean> {
    const { result } = await this.run(author, async (unit) => {
      const fleet = await unit.tx.fleet('SHARE');
      const organization = await unit.tx.organization(organizationId, 'SHARE');
      if (!organization) throw new NotFoundError('organization', organizationId);
      return unit.create(orchestratorId, own, fleet, organization);
    });
    return result;
  }

  /**
   * Brings the version of an orchestrator in line with its rows, and pushes what it has missed.
   * @throws NotFoundError
   */
  async reconcile(
    orchestratorId: string,
    author: Author,
  ): Promise<{ configVersion: number; computed: ComputedConfig }> {
    const organizationId = await this.repository.organizationOf(orchestratorId);
    if (organizationId === undefined) throw new NotFoundError('orchestrator', orchestratorId);
    const { result } = await this.run(author, async (unit) => {
      const { fleet, organization, level } = await lockOrchestrator(unit.tx, orchestratorId, organizationId);
      return unit.reconcile(level, fleet, organization);
    });
    const { configVersion, computed } = result;
    const { hash: configHash, json: configJson } = computed;
    // Another change may have made the version that this orchestrator was not connected for.
    await this.pusher.push([{ orchestratorId, configVersion, configHash, configJson }], author.by);
    return result;
  }

  /** Runs a change of any number of levels in one transaction, and pushes what it caused. */
  async run<T>(
    author: Author,
    work: (unit: ConfigurationChange) => Promise<T>,
  ): Promise<{ result: T; pushed: number; total: number }> {
    const isConnected = (orchestratorId: string): boolean => this.pusher.isConnected(orchestratorId);
    const { unit, result } = await this.repository.transaction(async (tx) => {
      const unit = new ConfigurationChange(tx, author, isConnected);
      return { unit, result: await work(unit) };
    });
    this.commits += 1;
    for (const level of unit.changed) this.tell(level, author);
    return { result, total: unit.total, pushed: await this.pusher.push(unit.desired, author.by) };
  }

  private tell({ level, organizationId, orchestratorId }: ChangedLevel, { by, comment }: Author): void {
    const what = orchestratorId ?? organizationId ?? 'the whole fleet';
    this.events.publish({
      type: 'config.changed',
      organizationId,
      orchestratorId,
      actor: by,
      summary: `The configuration of ${what} was changed${comment ? ` (${comment})` : ''}.`,
      data: { level },
    });
  }
}
