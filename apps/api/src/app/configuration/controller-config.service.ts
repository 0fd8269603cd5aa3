import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { ConfiguredOrganization, ControllerConfigDocument, JsonValue } from '@moolai/contracts';
import { AppError } from '../../platform/errors/app-error.js';
import { FleetEvents } from '../events/index.js';
import type { ConfigurationChange } from './configuration-change.js';
import type { Author, FleetLevel } from './configuration.repository.js';
import { ConfigurationService } from './configuration.service.js';
import { ControllerConfigRepository } from './controller-config.repository.js';
import { canonicalJson, NO_OWN_CONFIG } from './effective-config.js';
import { EffectiveConfigs } from './effective-configs.js';

/** Entity tag of a document: it changes with anything in it. */
export function documentTag(document: ControllerConfigDocument): string {
  const text = canonicalJson(document as unknown as JsonValue);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** The `controller_config.json` document as a whole: read it, and bring one into force (contract section 2). */
@Injectable()
export class ControllerConfigService {
  constructor(
    private readonly repository: ControllerConfigRepository,
    private readonly configuration: ConfigurationService,
    private readonly events: FleetEvents,
  ) {}

  read(): Promise<ControllerConfigDocument> {
    return this.repository.read();
  }

  /**
   * Brings a document into force, wholly or not at all: defaults, schemas and everything it says of the
   * organizations that it names. Organizations and orchestrators that it does not name stay.
   * @param expected the tag of the document that the caller has seen
   * @throws AppError `conflict` or `validation_error`
   */
  async apply(
    document: ControllerConfigDocument,
    author: Author,
    expected?: string,
  ): Promise<ControllerConfigDocument> {
    const { result: created } = await this.configuration.run(author, async (unit) => {
      const before = await unit.tx.fleet('UPDATE');
      if (expected !== undefined) await assertTag(unit, expected);
      const { defaults, schemas = {} } = document;
      const fleet = await unit.setFleet(before, { defaults, schemas });
      const created: string[] = [];
      for (const [organizationId, organization] of Object.entries(document.organizations)) {
        if (await applyOrganization(unit, fleet, organizationId, organization)) created.push(organizationId);
      }
      return created;
    });
    for (const organizationId of created) {
      const summary = `Organization ${organizationId} was created.`;
      this.events.publish({ type: 'organization.created', organizationId, actor: author.by, summary });
    }
    return this.read();
  }
}

async function assertTag(unit: ConfigurationChange, expected: string): Promise<void> {
  const actual = documentTag(await unit.tx.document());
  if (actual === expected) return;
  throw new AppError('conflict', 'The document was changed meanwhile; read it again.', [
    { field: 'etag', detail: actual },
  ]);
}

/** True when the organization is new. */
async function applyOrganization(
  unit: ConfigurationChange,
  fleet: FleetLevel,
  organizationId: string,
  { name, is_independent, settings, orchestrators }: ConfiguredOrganization,
): Promise<boolean> {
  const isNew = await unit.tx.putOrganization(organizationId, name, is_independent);
  const organization = await unit.tx.organization(organizationId, 'UPDATE');
  if (!organization) throw new AppError('conflict', `Organization ${organizationId} was deleted meanwhile.`);
  const revision = await unit.setSettings(organization, settings, fleet);
  const known = await unit.tx.known(orchestrators);
  for (const [orchestratorId, owner] of known) {
    if (owner === organizationId) continue;
    const detail = `${orchestratorId} belongs to another organization than ${organizationId}`;
    throw new AppError('validation_error', detail, [
      { field: `organizations.${organizationId}.orchestrators`, detail },
    ]);
  }
  const { hash } = new EffectiveConfigs(fleet.defaults, settings).of(NO_OWN_CONFIG);
  const unknown = orchestrators.filter((orchestratorId) => !known.has(orchestratorId));
  await unit.tx.create(
    unknown.map((orchestratorId) => ({
      orchestratorId,
      name: orchestratorId,
      organizationId,
      organizationName: name,
      own: NO_OWN_CONFIG,
      configHash: hash,
      fleetRevision: fleet.revision,
      organizationRevision: revision,
      isIndependent: is_independent,
      independenceSource: is_independent ? 'organization' : null,
      switchedBy: null,
    })),
    unit.author.by,
  );
  return isNew;
}
