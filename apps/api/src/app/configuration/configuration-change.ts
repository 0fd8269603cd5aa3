import type { JsonObject, OwnConfig } from '@moolai/contracts';
import { AppError } from '../../platform/errors/app-error.js';
import { sameJson } from '../../platform/json/same-json.js';
import type { AuditedChange } from '../audit/index.js';
import { assertAllowed, ConfigChecker } from './config-limits.js';
import type { DesiredConfig } from './config.pusher.js';
import { ConfigsOfAll, nextVersion } from './configs-of-all.js';
import type {
  Attribution,
  ChangeableLevel,
  FleetContent,
  FleetLevel,
  NewVersion,
  OrchestratorLevel,
  OrganizationLevel,
} from './configuration-levels.js';
import type { ConfigurationTransaction } from './configuration-transaction.repository.js';
import { NO_OWN_CONFIG } from './effective-config.js';
import { EffectiveConfigs, type ComputedConfig } from './effective-configs.js';
import { newOrchestrator } from './new-orchestrator.js';

/** Number of orchestrators to read, compute and write at a time. */
const PAGE = 1_000;

/** A level that a change gave a new revision. */
export interface ChangedLevel {
  level: ChangeableLevel;
  organizationId: string | null;
  orchestratorId: string | null;
}

/**
 * Refuses a change based on an outdated state.
 * @param expected the state that the caller has seen; undefined for any
 * @throws AppError `conflict` naming the current one
 */
export function assertExpected(expected: number | undefined, actual: number, field: string): void {
  if (expected === undefined || expected === actual) return;
  throw new AppError('conflict', `It is at ${field} ${actual} by now, not at ${expected}; read it again.`, [
    { field, detail: String(actual) },
  ]);
}

/** One change of the configuration within its transaction, and the pushes due after the commit. */
export class ConfigurationChange {
  private readonly pushes = new Map<string, DesiredConfig>();
  readonly changed: ChangedLevel[] = [];
  /** Audit records of the same transaction. */
  readonly audited: AuditedChange[] = [];
  /** Number of affected orchestrators. */
  total = 0;

  constructor(
    readonly tx: ConfigurationTransaction,
    readonly attribution: Attribution,
  ) {}

  /** The newest version of all orchestrators that got a new one, connected or not. */
  get desired(): DesiredConfig[] {
    return [...this.pushes.values()];
  }

  /**
   * Creates a new version for orchestrators whose rows differ from their version: after changes by plain SQL, or if an
   * upper level changed while they were created.
   */
  async reconcile(
    orchestratorIds: string[],
  ): Promise<Map<string, { configVersion: number; computed: ComputedConfig }>> {
    const { fleet, organizations, orchestrators } = await this.tx.lock(orchestratorIds);
    const configs = new ConfigsOfAll(fleet, organizations);
    const versions: NewVersion[] = [];
    const current = orchestrators.map((orchestrator) => {
      const { organization, computed } = configs.of(orchestrator);
      const { orchestratorId } = orchestrator;
      if (computed.hash === orchestrator.configHash) {
        return [orchestratorId, { configVersion: orchestrator.configVersion, computed }] as const;
      }
      const version = nextVersion(orchestrator, computed, fleet, organization);
      versions.push(version);
      return [orchestratorId, { configVersion: version.configVersion, computed }] as const;
    });
    await this.tx.addVersions(versions);
    // Including unchanged ones: another change may have created a version that they missed while disconnected.
    for (const [orchestratorId, { configVersion, computed }] of current) {
      this.push(orchestratorId, configVersion, computed);
    }
    return new Map(current);
  }

  /** Creates an orchestrator; false if the id exists. */
  async create(
    orchestratorId: string,
    own: OwnConfig,
    fleet: FleetLevel,
    organization: OrganizationLevel,
  ): Promise<boolean> {
    const computed = new EffectiveConfigs(fleet.defaults, organization.settings).of(own);
    assertAllowed(orchestratorId, new ConfigChecker(fleet.schemas).complaints(computed));
    const created = await this.tx.create(
      [
        newOrchestrator({
          orchestratorId,
          own,
          configHash: computed.hash,
          fleetRevision: fleet.revision,
          organization,
        }),
      ],
      this.attribution.actor.name,
    );
    return created.length > 0;
  }

  /** Replaces an orchestrator's own level; returns its new version and effective configuration. */
  async setOwn(
    level: OrchestratorLevel,
    own: OwnConfig,
    fleet: FleetLevel,
    organization: OrganizationLevel,
  ): Promise<{ configVersion: number; config: JsonObject }> {
    const { orchestratorId, organizationId } = level;
    const computed = new EffectiveConfigs(fleet.defaults, organization.settings).of(own);
    const { config } = computed;
    const isSame = sameJson({ ...own }, { ...level.own });
    this.total += 1;
    if (isSame && computed.hash === level.configHash) return { configVersion: level.configVersion, config };
    assertAllowed(orchestratorId, new ConfigChecker(fleet.schemas).complaints(computed));
    const ownRevision = isSame ? level.ownRevision : level.ownRevision + 1;
    // Even if the upper levels already had the value: `If-Match` and rollbacks refer to the version.
    const version = nextVersion({ ...level, ownRevision }, computed, fleet, organization);
    if (isSame) {
      await this.tx.addVersions([version]);
    } else {
      await this.tx.saveOwn(own, version, this.attribution);
      this.changed.push({ level: 'orchestrator', organizationId, orchestratorId });
      this.record({
        organizationId,
        target: { type: 'orchestrator', id: orchestratorId },
        before: { ...level.own, revision: level.ownRevision },
        after: { ...own, revision: ownRevision },
      });
    }
    this.push(orchestratorId, version.configVersion, computed);
    return { configVersion: version.configVersion, config };
  }

  /** Replaces an organization's settings; {@link renew} applies them to its orchestrators. */
  async setSettings(organization: OrganizationLevel, settings: JsonObject): Promise<OrganizationLevel> {
    if (sameJson(settings, organization.settings)) return organization;
    const next = { ...organization, settings, revision: organization.revision + 1 };
    const { organizationId } = next;
    await this.tx.saveSettings(next);
    await this.tx.addRevision(
      { level: 'organization', levelId: organizationId, revision: next.revision, content: settings },
      this.attribution,
    );
    this.changed.push({ level: 'organization', organizationId, orchestratorId: null });
    this.record({
      organizationId,
      target: { type: 'organization', id: organizationId },
      before: { settings: organization.settings, revision: organization.revision },
      after: { settings, revision: next.revision },
    });
    return next;
  }

  /** Replaces the fleet's level; {@link renew} applies it to the orchestrators of all organizations. */
  async setFleet(fleet: FleetLevel, { defaults, schemas }: FleetContent): Promise<FleetLevel> {
    if (sameJson(defaults, fleet.defaults) && sameJson({ ...schemas }, { ...fleet.schemas })) return fleet;
    const next = { defaults, schemas, revision: fleet.revision + 1 };
    const computed = new EffectiveConfigs(defaults, {}).of(NO_OWN_CONFIG);
    assertAllowed('the fleet', new ConfigChecker(schemas).levelComplaints(computed));
    await this.tx.saveFleet(next);
    await this.tx.addRevision(
      { level: 'fleet', levelId: 'fleet', revision: next.revision, content: { defaults, schemas } },
      this.attribution,
    );
    this.changed.push({ level: 'fleet', organizationId: null, orchestratorId: null });
    this.record({
      organizationId: null,
      target: { type: 'fleet', id: 'fleet' },
      before: { ...fleet, schemas: { ...fleet.schemas } },
      after: { ...next, schemas: { ...schemas } },
    });
    return next;
  }

  /**
   * Creates a new version for every orchestrator of these organizations whose effective configuration changed. Once for
   * all changed levels, so that no intermediate versions are created.
   */
  async renew(fleet: FleetLevel, organizations: OrganizationLevel[]): Promise<void> {
    const checker = new ConfigChecker(fleet.schemas);
    const configs = new ConfigsOfAll(fleet, organizations);
    for (const { organizationId } of organizations) {
      const { computed } = configs.of({ organizationId, own: NO_OWN_CONFIG });
      assertAllowed(`organization ${organizationId}`, checker.levelComplaints(computed));
    }
    const organizationIds = organizations.map(({ organizationId }) => organizationId);
    for (let after: string | undefined = ''; after !== undefined;) {
      const page: OrchestratorLevel[] = await this.tx.orchestratorsOf(organizationIds, after, PAGE);
      const versions = page.flatMap((orchestrator) => {
        const { organization, computed } = configs.of(orchestrator);
        assertAllowed(orchestrator.orchestratorId, checker.complaints(computed));
        if (computed.hash === orchestrator.configHash) return [];
        const version = nextVersion(orchestrator, computed, fleet, organization);
        this.push(orchestrator.orchestratorId, version.configVersion, computed);
        return version;
      });
      await this.tx.addVersions(versions);
      this.total += page.length;
      after = page.length < PAGE ? undefined : page.at(-1)?.orchestratorId;
    }
  }

  private record({ after, ...change }: Omit<AuditedChange, 'actor' | 'action'>): void {
    const { actor, comment } = this.attribution;
    this.audited.push({ actor, action: 'config.changed', ...change, after: { ...after, comment } });
  }

  private push(orchestratorId: string, configVersion: number, { hash, json }: ComputedConfig): void {
    this.pushes.set(orchestratorId, { orchestratorId, configVersion, configHash: hash, configJson: json });
  }
}
