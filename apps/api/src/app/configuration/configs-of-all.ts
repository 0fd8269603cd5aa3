import type { OwnConfig } from '@moolai/contracts';
import { NotFoundError } from '../../platform/errors/app-error.js';
import type { FleetLevel, NewVersion, OrchestratorLevel, OrganizationLevel } from './configuration-levels.js';
import { EffectiveConfigs, type ComputedConfig } from './effective-configs.js';

/** The effective configurations of orchestrators of several organizations. */
export class ConfigsOfAll {
  private readonly known: Map<string, { organization: OrganizationLevel; configs: EffectiveConfigs }>;

  constructor({ defaults }: FleetLevel, organizations: OrganizationLevel[]) {
    this.known = new Map(
      organizations.map((organization) => [
        organization.organizationId,
        { organization, configs: new EffectiveConfigs(defaults, organization.settings) },
      ]),
    );
  }

  /** @throws NotFoundError if the organization is not one of the given ones */
  of({ organizationId, own }: { organizationId: string; own: OwnConfig }): {
    organization: OrganizationLevel;
    computed: ComputedConfig;
  } {
    const known = this.known.get(organizationId);
    if (!known) throw new NotFoundError('organization', organizationId);
    return { organization: known.organization, computed: known.configs.of(own) };
  }
}

/** The next version of an orchestrator's configuration, with the revisions that it is made of. */
export function nextVersion(
  { orchestratorId, organizationId, ownRevision, configVersion }: OrchestratorLevel,
  { hash }: ComputedConfig,
  fleet: FleetLevel,
  organization: OrganizationLevel,
): NewVersion {
  return {
    orchestratorId,
    configVersion: configVersion + 1,
    configHash: hash,
    organizationId,
    fleetRevision: fleet.revision,
    organizationRevision: organization.revision,
    ownRevision,
  };
}
