import type { JsonObject, OwnConfig } from '@moolai/contracts';
import { AppError, NotFoundError } from '../../platform/errors/app-error.js';
import { sameJson } from './config-diff.js';
import { ConfigChecker, type ConfigSchemas } from './config-limits.js';
import type { DesiredConfig } from './config.pusher.js';
import type {
  Author,
  ChangeableLevel,
  ConfigurationTransaction,
  FleetLevel,
  NewVersion,
  OrchestratorLevel,
  OrganizationLevel,
} from './configuration.repository.js';
import { EffectiveConfigs, type ComputedConfig } from './effective-configs.js';

/** Orchestrators that are read, computed and written at a time. */
const PAGE = 1_000;

/** A level that a change has given a new revision. */
export interface ChangedLevel {
  level: ChangeableLevel;
  organizationId: string | null;
  orchestratorId: string | null;
}

/** What the fleet's level says. */
export interface FleetContent {
  defaults: JsonObject;
  schemas: ConfigSchemas;
}

/**
 * Refuses a change that was made on an older state than the present one.
 * @param expected what the caller has seen; undefined when it does not care
 * @throws AppError `conflict` naming the present one
 */
export function assertExpected(expected: number | undefined, actual: number, field: string): void {
  if (expected === undefined || expected === actual) return;
  throw new AppError('conflict', `It is at ${field} ${actual} by now, not at ${expected}; read it again.`, [
    { field, detail: String(actual) },
  ]);
}

/** One change of the configuration within its transaction, and what must be pushed once that is committed. */
export class ConfigurationChange {
  private readonly pushes = new Map<string, DesiredConfig>();
  readonly changed: ChangedLevel[] = [];
  /** How many orchestrators the change concerns. */
  total = 0;

  constructor(
    readonly tx: ConfigurationTransaction,
    readonly author: Author,
    private readonly isConnected: (orchestratorId: string) => boolean,
  ) {}

  /** The newest version of everyone who is connected. */
  get desired(): DesiredConfig[] {
    return [...this.pushes.values()];
  }

  /**
   * Gives an orchestrator a new version when its rows say something else than its version does: they
   * were changed by plain SQL, or while it was being created.
   */
  async reconcile(
    level: OrchestratorLevel,
    fleet: FleetLevel,
    organization: OrganizationLevel,
  ): Promise<{ configVersion: number; computed: ComputedConfig }> {
    const computed = new EffectiveConfigs(fleet.defaults, organization.settings).of(level.own);
    const version = this.newVersion(level, computed, organization);
    if (version) await this.tx.addVersions([version], 'orchestrator', fleet.revision, this.author);
    return { configVersion: version?.configVersion ?? level.configVersion, computed };
  }

  /** Creates an orchestrator; false when there is one with that id. */
  async create(
    orchestratorId: string,
    own: OwnConfig,
    fleet: FleetLevel,
    organization: OrganizationLevel,
  ): Promise<boolean> {
    const { organizationId, name, isIndependent, revision } = organization;
    const computed = new EffectiveConfigs(fleet.defaults, organization.settings).of(own);
    assertAllowed(new ConfigChecker(fleet.schemas), orchestratorId, computed);
    const created = await this.tx.create(
      [
        {
          orchestratorId,
          name: orchestratorId,
          organizationId,
          organizationName: name,
          own,
          configHash: computed.hash,
          fleetRevision: fleet.revision,
          organizationRevision: revision,
          isIndependent,
          independenceSource: isIndependent ? 'organization' : null,
          switchedBy: null,
        },
      ],
      this.author.by,
    );
    return created.length > 0;
  }

  /** Replaces an orchestrator's own level; gives its version and effective configuration from then on. */
  async setOwn(
    level: OrchestratorLevel,
    own: OwnConfig,
    fleet: FleetLevel,
    organization: OrganizationLevel,
  ): Promise<{ configVersion: number; config: JsonObject }> {
    const { orchestratorId, organizationId } = level;
    const configs = new EffectiveConfigs(fleet.defaults, organization.settings);
    const computed = configs.of(own);
    this.total += 1;
    if (sameJson({ ...own }, { ...level.own })) {
      return { configVersion: level.configVersion, config: computed.config };
    }
    assertAllowed(new ConfigChecker(fleet.schemas), orchestratorId, computed);
    const next = { ...level, own, ownRevision: level.ownRevision + 1 };
    await this.tx.saveOwn(orchestratorId, own, next.ownRevision);
    await this.tx.addRevision('orchestrator', orchestratorId, next.ownRevision, own, this.author);
    this.changed.push({ level: 'orchestrator', organizationId, orchestratorId });
    const version = this.newVersion(next, computed, organization);
    if (version) await this.tx.addVersions([version], 'orchestrator', fleet.revision, this.author);
    return { configVersion: version?.configVersion ?? level.configVersion, config: computed.config };
  }

  /** Replaces an organization's settings; gives their revision from then on. */
  async setSettings(
    organization: OrganizationLevel,
    settings: JsonObject,
    fleet: FleetLevel,
  ): Promise<number> {
    const isSame = sameJson(settings, organization.settings);
    const next = isSame ? organization : { ...organization, settings, revision: organization.revision + 1 };
    if (!isSame) {
      const { organizationId, revision } = next;
      await this.tx.saveOrganization(next);
      await this.tx.addRevision('organization', organizationId, revision, settings, this.author);
      this.changed.push({ level: 'organization', organizationId, orchestratorId: null });
    }
    await this.renew('organization', fleet, next);
    return next.revision;
  }

  /** Replaces the fleet's level; gives it as it is from then on. */
  async setFleet(fleet: FleetLevel, content: FleetContent): Promise<FleetLevel> {
    const { defaults, schemas } = content;
    if (sameJson(defaults, fleet.defaults) && sameJson({ ...schemas }, { ...fleet.schemas })) return fleet;
    const next = { defaults, schemas, revision: fleet.revision + 1 };
    await this.tx.saveFleet(next);
    await this.tx.addRevision('fleet', 'fleet', next.revision, content, this.author);
    this.changed.push({ level: 'fleet', organizationId: null, orchestratorId: null });
    for (const organization of await this.tx.organizations()) await this.renew('fleet', next, organization);
    return next;
  }

  /** Gives every orchestrator of an organization a new version whose effective configuration is not the same. */
  private async renew(
    level: ChangeableLevel,
    fleet: FleetLevel,
    organization: OrganizationLevel,
  ): Promise<void> {
    const checker = new ConfigChecker(fleet.schemas);
    const configs = new EffectiveConfigs(fleet.defaults, organization.settings);
    for (let after: string | undefined = ''; after !== undefined;) {
      const page: OrchestratorLevel[] = await this.tx.orchestratorsOf(
        organization.organizationId,
        after,
        PAGE,
      );
      const versions = page.flatMap((orchestrator) => {
        const computed = configs.of(orchestrator.own);
        assertAllowed(checker, orchestrator.orchestratorId, computed);
        return this.newVersion(orchestrator, computed, organization) ?? [];
      });
      await this.tx.addVersions(versions, level, fleet.revision, this.author);
      this.total += page.length;
      after = page.length < PAGE ? undefined : page.at(-1)?.orchestratorId;
    }
  }

  /** The next version of an orchestrator, unless its effective configuration stays the same. */
  private newVersion(
    { orchestratorId, organizationId, ownRevision, configHash, configVersion }: OrchestratorLevel,
    { hash, json }: ComputedConfig,
    { revision }: OrganizationLevel,
  ): NewVersion | undefined {
    if (hash === configHash) return undefined;
    const version = {
      orchestratorId,
      organizationId,
      ownRevision,
      organizationRevision: revision,
      configVersion: configVersion + 1,
      configHash: hash,
    };
    // Whoever is not connected gets it with the next registration.
    if (this.isConnected(orchestratorId)) {
      const { configVersion: next } = version;
      this.pushes.set(orchestratorId, {
        orchestratorId,
        configVersion: next,
        configHash: hash,
        configJson: json,
      });
    }
    return version;
  }
}

function assertAllowed(checker: ConfigChecker, orchestratorId: string, { config }: ComputedConfig): void {
  const reason = checker.whyNot(config);
  if (reason === undefined) return;
  throw new AppError(
    'validation_error',
    `The configuration of ${orchestratorId} would not be valid: ${reason}.`,
    [{ field: 'config', detail: reason }],
  );
}

/** What a change of an orchestrator's level needs of the levels above it, locked from the fleet down. */
export async function lockOrchestrator(
  tx: ConfigurationTransaction,
  orchestratorId: string,
  organizationId: string,
): Promise<{ fleet: FleetLevel; organization: OrganizationLevel; level: OrchestratorLevel }> {
  const fleet = await tx.fleet('SHARE');
  const organization = await tx.organization(organizationId, 'SHARE');
  const level = await tx.orchestrator(orchestratorId);
  if (!organization || !level) throw new NotFoundError('orchestrator', orchestratorId);
  return { fleet, organization, level };
}
