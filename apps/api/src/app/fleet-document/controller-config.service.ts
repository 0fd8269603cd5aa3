import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type {
  ControllerConfigDocument,
  ControllerConfigResult,
  FleetSettingsResult,
  JsonValue,
} from '@moolai/contracts';
import { ALL_ORGANIZATIONS, isInScope, type Scope } from '../../platform/access/scope.js';
import { AppError } from '../../platform/errors/app-error.js';
import { canonicalJson } from '../../platform/json/canonical-json.js';
import {
  ConfigurationService,
  type Attribution,
  type ConfigurationChange,
  type FleetContent,
  type FleetLevel,
} from '../configuration/index.js';
import { FleetEvents } from '../events/index.js';
import type { DocumentChange } from './controller-config.document.js';
import { ControllerConfigRepository, readDocumentOf } from './controller-config.repository.js';
import { applyOrganizations } from './document-organizations.js';

/** Entity tag of a document, which changes with any part of it. */
export function documentTag(document: ControllerConfigDocument): string {
  const text = canonicalJson(document as unknown as JsonValue);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** The `controller_config.json` document as a whole: reads and applies it (contract section 2). */
@Injectable()
export class ControllerConfigService {
  constructor(
    private readonly repository: ControllerConfigRepository,
    private readonly configuration: ConfigurationService,
    private readonly events: FleetEvents,
  ) {}

  /** The parts of the document within the scope. */
  async read(scope: Scope = ALL_ORGANIZATIONS): Promise<ControllerConfigDocument> {
    const document = await this.repository.read();
    if (scope === null) return document;
    const visible = Object.entries(document.organizations).filter(([id]) => isInScope(scope, id));
    return { ...document, organizations: Object.fromEntries(visible) };
  }

  /**
   * Applies a document, all or nothing: defaults, schemas, and the named organizations. Absent parts stay as they are.
   * @param expected the tag of the document that the caller has seen
   * @throws AppError `conflict` or `validation_error`
   */
  async apply(
    change: DocumentChange,
    attribution: Attribution,
    expected?: string,
  ): Promise<ControllerConfigResult> {
    const { result, pushed, total } = await this.configuration.run(attribution, async (unit) => {
      const before = await lockFleet(unit, expected);
      const fleet = await unit.setFleet(before, { ...before, ...change });
      const { levels, happenings } = await applyOrganizations(unit, fleet, change.organizations);
      await unit.renew(fleet, fleet === before ? levels : await unit.tx.allOrganizations());
      return happenings;
    });
    for (const happening of result) this.events.publish(happening);
    return { ...(await this.read()), pushed, total };
  }

  /**
   * Replaces the fleet's defaults and schemas by older ones.
   * @param expected the tag of the document that the caller has seen
   * @throws AppError `conflict` or `validation_error`
   */
  async rollBack(
    content: FleetContent,
    attribution: Attribution,
    expected?: string,
  ): Promise<FleetSettingsResult> {
    const { result, pushed, total } = await this.configuration.run(attribution, async (unit) => {
      const fleet = await unit.setFleet(await lockFleet(unit, expected), content);
      await unit.renew(fleet, await unit.tx.allOrganizations());
      return fleet.revision;
    });
    return { revision: result, pushed, total };
  }
}

/** The fleet's level, if the document is unchanged since the caller saw it. */
async function lockFleet(unit: ConfigurationChange, expected: string | undefined): Promise<FleetLevel> {
  const fleet = await unit.tx.fleet('NO KEY UPDATE');
  if (expected === undefined) return fleet;
  const actual = documentTag(await readDocumentOf(unit.tx.manager));
  if (actual === expected) return fleet;
  throw new AppError('conflict', `The document is at "${actual}" by now; read it again.`, [
    { field: 'etag', detail: actual },
  ]);
}
