import type { AuditAction, ConfiguredOrganization } from '@moolai/contracts';
import { AppError } from '../../platform/errors/app-error.js';
import type { AuditedChange } from '../audit/index.js';
import {
  EffectiveConfigs,
  MAX_SINGLE_EVENTS,
  newOrchestrator,
  NO_OWN_CONFIG,
  type ConfigurationChange,
  type FleetLevel,
  type OrganizationLevel,
} from '../configuration/index.js';
import type { Happening } from '../events/index.js';
import { addOrganizations, describeOrganization, ownersOf } from './document-organizations.repository.js';

type WantedOrganizations = Record<string, Partial<ConfiguredOrganization>>;

/** The organizations in a document after it was applied, and the changes to them. */
export interface AppliedOrganizations {
  levels: OrganizationLevel[];
  happenings: Happening[];
}

/**
 * Creates or changes the organizations in a document, and adds the listed orchestrators.
 * @throws AppError `validation_error` if one of them belongs to another organization
 */
export async function applyOrganizations(
  unit: ConfigurationChange,
  fleet: FleetLevel,
  wanted: WantedOrganizations,
): Promise<AppliedOrganizations> {
  const organizationIds = Object.keys(wanted);
  const added = new Set(
    await addOrganizations(
      unit.tx.manager,
      Object.entries(wanted).map(([organizationId, { name = organizationId, is_independent = false }]) => ({
        organizationId,
        name,
        isIndependent: is_independent,
      })),
    ),
  );
  const levels: OrganizationLevel[] = [];
  const described = new Set<string>();
  for (const organization of await unit.tx.organizations(organizationIds, 'NO KEY UPDATE')) {
    const { organizationId, name, isIndependent, settings } = organization;
    const want = wanted[organizationId] ?? {};
    const next = {
      ...organization,
      name: want.name ?? name,
      isIndependent: want.is_independent ?? isIndependent,
    };
    if (next.name !== name || next.isIndependent !== isIndependent) {
      await describeOrganization(unit.tx.manager, next, unit.attribution.actor.name);
      described.add(organizationId);
      unit.audited.push({
        ...organizationAction(unit, 'organization.changed', organizationId),
        before: { name, is_independent: isIndependent },
        after: { name: next.name, is_independent: next.isIndependent },
      });
    }
    if (added.has(organizationId)) {
      unit.audited.push({
        ...organizationAction(unit, 'organization.created', organizationId),
        after: { name, is_independent: isIndependent },
      });
    }
    levels.push(await unit.setSettings(next, want.settings ?? settings));
  }
  const created = await createListed(unit, fleet, levels, wanted);
  for (const { orchestratorId, organizationId, isIndependent } of created) {
    unit.audited.push({
      actor: unit.attribution.actor,
      action: 'orchestrator.created',
      organizationId,
      target: { type: 'orchestrator', id: orchestratorId },
      after: { organization_id: organizationId, is_independent: isIndependent },
    });
  }
  const grown = new Set(created.map(({ organizationId }) => organizationId));
  const actorName = unit.attribution.actor.name;
  const happenings = levels.flatMap(({ organizationId }): Happening[] => {
    const isAdded = added.has(organizationId);
    if (!isAdded && !described.has(organizationId) && !grown.has(organizationId)) return [];
    const type = isAdded ? 'organization.created' : 'organization.changed';
    const summary = `Organization ${organizationId} was ${isAdded ? 'created' : 'changed'}.`;
    return [{ type, organizationId, actor: actorName, summary }];
  });
  const births = created.map(({ organizationId, orchestratorId }): Happening => {
    const summary = `${orchestratorId} was created.`;
    return { type: 'orchestrator.created', organizationId, orchestratorId, actor: actorName, summary };
  });
  return { levels, happenings: [...happenings, ...(births.length <= MAX_SINGLE_EVENTS ? births : [])] };
}

function organizationAction(
  { attribution }: ConfigurationChange,
  action: AuditAction,
  organizationId: string,
): AuditedChange {
  return {
    actor: attribution.actor,
    action,
    organizationId,
    target: { type: 'organization', id: organizationId },
  };
}

/** Creates the listed orchestrators that do not exist yet. */
async function createListed(
  unit: ConfigurationChange,
  fleet: FleetLevel,
  levels: OrganizationLevel[],
  wanted: WantedOrganizations,
): Promise<{ orchestratorId: string; organizationId: string; isIndependent: boolean }[]> {
  const listed = levels.flatMap((organization) => {
    const ids = wanted[organization.organizationId]?.orchestrators ?? [];
    return ids.map((orchestratorId) => ({ orchestratorId, organization }));
  });
  const owners = await ownersOf(
    unit.tx.manager,
    listed.map(({ orchestratorId }) => orchestratorId),
  );
  const unknown = listed.filter(({ orchestratorId }) => !owners.has(orchestratorId));
  for (const { orchestratorId, organization } of listed) {
    const { organizationId } = organization;
    const owner = owners.get(orchestratorId) ?? organizationId;
    // A duplicate belongs to the organization that lists it first.
    owners.set(orchestratorId, owner);
    if (owner === organizationId) continue;
    const detail = `${orchestratorId} belongs to another organization than ${organizationId}`;
    throw new AppError('validation_error', detail, [
      { field: `organizations.${organizationId}.orchestrators`, detail },
    ]);
  }
  const hashes = new Map(
    levels.map(({ organizationId, settings }) => [
      organizationId,
      new EffectiveConfigs(fleet.defaults, settings).of(NO_OWN_CONFIG).hash,
    ]),
  );
  const created = await unit.tx.create(
    unknown.map(({ orchestratorId, organization }) =>
      newOrchestrator({
        orchestratorId,
        own: NO_OWN_CONFIG,
        configHash: hashes.get(organization.organizationId) ?? '',
        fleetRevision: fleet.revision,
        organization,
      }),
    ),
    unit.attribution.actor.name,
  );
  const independent = new Set(
    levels.filter(({ isIndependent }) => isIndependent).map((level) => level.organizationId),
  );
  return created.map((orchestratorId) => {
    const organizationId = owners.get(orchestratorId) ?? '';
    return { orchestratorId, organizationId, isIndependent: independent.has(organizationId) };
  });
}
