import { Injectable } from '@nestjs/common';
import type { ConfiguredOrganization, ControllerConfigDocument, JsonObject } from '@moolai/contracts';
import { DataSource, type EntityManager } from 'typeorm';
import { systemActor } from '../../platform/access/principal.js';
import { AuditTrail, type AuditedChange } from '../audit/index.js';
import {
  addRevision,
  createOrchestrators,
  EffectiveConfigs,
  FILES,
  findUsedIds,
  newOrchestrator,
  nextRevision,
  NO_OWN_CONFIG,
} from '../configuration/index.js';

const ACTOR = systemActor(FILES);

interface OrganizationRow extends ConfiguredOrganization {
  organization_id: string;
}

/** SQL of `controller_config.json`. */
@Injectable()
export class ControllerConfigRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly audit: AuditTrail,
  ) {}

  /** The whole document from the database. */
  async read(): Promise<ControllerConfigDocument> {
    return readDocumentOf(this.dataSource.manager);
  }

  /**
   * Adds what is missing in the database, and changes nothing else.
   * @param flagOf the stored independence of an orchestrator, if there is one
   */
  async addUnknown(
    { defaults, schemas, organizations }: Required<ControllerConfigDocument>,
    flagOf: (orchestratorId: string) => boolean | undefined,
  ): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const changes = await addFleet(manager, defaults, schemas);
      for (const [organizationId, organization] of Object.entries(organizations)) {
        changes.push(...(await addOrganization(manager, organizationId, organization)));
        changes.push(
          ...(await addOrchestrators(manager, organizationId, organization.orchestrators, flagOf)),
        );
      }
      await this.audit.recordAll(changes, manager);
    });
  }
}

/** The whole document, within the caller's transaction. */
export async function readDocumentOf(manager: EntityManager): Promise<ControllerConfigDocument> {
  const [fleet] = await manager.query<{ defaults: JsonObject; schemas: JsonObject }[]>(
    'SELECT defaults, schemas FROM fleet_configuration WHERE id = 1',
  );
  // Ids as JSON, because the driver processes arrays character by character.
  const rows = await manager.query<OrganizationRow[]>(
    `SELECT g.organization_id, g.name, g.is_independent, g.settings,
       coalesce(json_agg(o.orchestrator_id ORDER BY o.orchestrator_id)
         FILTER (WHERE o.orchestrator_id IS NOT NULL), '[]') AS orchestrators
     FROM organizations g LEFT JOIN orchestrator_instances o USING (organization_id)
     GROUP BY g.organization_id ORDER BY g.organization_id`,
  );
  const organizations = rows.map(({ organization_id, name, orchestrators, is_independent, settings }) => [
    organization_id,
    { name, orchestrators, is_independent, settings },
  ]);
  // Includes empty schemas: applying the document again must remove later ones.
  return {
    defaults: fleet?.defaults ?? {},
    schemas: fleet?.schemas ?? {},
    organizations: Object.fromEntries(organizations) as ControllerConfigDocument['organizations'],
  };
}

/** The row always exists; known content has a revision. */
async function addFleet(
  manager: EntityManager,
  defaults: JsonObject,
  schemas: JsonObject,
): Promise<AuditedChange[]> {
  if (Object.keys(defaults).length === 0 && Object.keys(schemas).length === 0) return [];
  const [added] = await manager.query<[{ revision: number }[], number]>(
    `UPDATE fleet_configuration SET defaults = $1, schemas = $2, updated_at = now(),
       revision = ${nextRevision("'fleet'", "'fleet'")}
     WHERE id = 1 AND revision = 0 RETURNING revision`,
    [defaults, schemas],
  );
  for (const { revision } of added) {
    await addRevision(
      manager,
      { level: 'fleet', levelId: 'fleet', revision, content: { defaults, schemas } },
      FILES,
    );
  }
  return added.map(({ revision }) => ({
    actor: ACTOR,
    action: 'config.changed',
    organizationId: null,
    target: { type: 'fleet', id: 'fleet' },
    after: { defaults, schemas, revision },
  }));
}

async function addOrganization(
  manager: EntityManager,
  organizationId: string,
  { name, is_independent, settings }: ConfiguredOrganization,
): Promise<AuditedChange[]> {
  const added = await manager.query<{ revision: number }[]>(
    `INSERT INTO organizations (organization_id, name, is_independent, settings, settings_revision)
     VALUES ($1::text, $2, $3, $4, ${nextRevision("'organization'", '$1::text')})
     ON CONFLICT DO NOTHING RETURNING settings_revision AS revision`,
    [organizationId, name, is_independent, settings],
  );
  for (const { revision } of added) {
    await addRevision(
      manager,
      { level: 'organization', levelId: organizationId, revision, content: settings },
      FILES,
    );
  }
  return added.map(({ revision }) => ({
    actor: ACTOR,
    action: 'organization.created',
    organizationId,
    target: { type: 'organization', id: organizationId },
    after: { name, is_independent, settings, revision },
  }));
}

async function addOrchestrators(
  manager: EntityManager,
  organizationId: string,
  orchestratorIds: string[],
  flagOf: (orchestratorId: string) => boolean | undefined,
): Promise<AuditedChange[]> {
  const [levels] = await manager.query<
    [
      {
        name: string;
        isIndependent: boolean;
        settings: JsonObject;
        revision: number;
        defaults: JsonObject;
        fleetRevision: number;
      },
    ]
  >(
    `SELECT g.name, g.is_independent AS "isIndependent", g.settings, g.settings_revision AS revision, f.defaults,
       f.revision AS "fleetRevision"
     FROM organizations g JOIN fleet_configuration f ON f.id = 1 WHERE g.organization_id = $1`,
    [organizationId],
  );
  const { hash } = new EffectiveConfigs(levels.defaults, levels.settings).of(NO_OWN_CONFIG);
  // An orchestrator deleted while the file could not follow must not be restored from it.
  const known = await findUsedIds(manager, orchestratorIds);
  const unknown = orchestratorIds.filter((orchestratorId) => !known.has(orchestratorId));
  const rows = unknown.map((orchestratorId) =>
    newOrchestrator({
      orchestratorId,
      own: NO_OWN_CONFIG,
      configHash: hash,
      fleetRevision: levels.fleetRevision,
      organization: { ...levels, organizationId },
      rememberedFlag: flagOf(orchestratorId),
    }),
  );
  const created = new Set(await createOrchestrators(manager, rows, FILES));
  return rows
    .filter(({ orchestratorId }) => created.has(orchestratorId))
    .map(({ orchestratorId, isIndependent }) => ({
      actor: ACTOR,
      action: 'orchestrator.created',
      organizationId,
      target: { type: 'orchestrator', id: orchestratorId },
      after: { organization_id: organizationId, is_independent: isIndependent },
    }));
}
