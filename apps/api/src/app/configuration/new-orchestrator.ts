import type { IndependenceSource, OwnConfig } from '@moolai/contracts';
import type { OrganizationLevel } from './configuration-levels.js';

/** The actor of a switch that only the independence files remember. */
export const FILES = 'files';

/** An orchestrator that is to be created. */
export interface NewOrchestrator {
  orchestratorId: string;
  name: string;
  organizationId: string;
  organizationName: string;
  own: OwnConfig;
  /** Hash of its effective configuration. */
  configHash: string;
  fleetRevision: number;
  organizationRevision: number;
  isIndependent: boolean;
  independenceSource: IndependenceSource | null;
  /** Who switched it, when its flag is remembered; null when it was never switched. */
  switchedBy: string | null;
}

/** What determines a new orchestrator. */
export interface NewOrchestratorParts {
  orchestratorId: string;
  own: OwnConfig;
  /** Hash of its effective configuration. */
  configHash: string;
  fleetRevision: number;
  organization: Pick<OrganizationLevel, 'organizationId' | 'name' | 'isIndependent' | 'revision'>;
  /** The independence flag that the files remember; without one it has that of its organization. */
  rememberedFlag?: boolean | undefined;
}

/** Builds a new orchestrator. Its name is its id until it registers with another one. */
export function newOrchestrator({
  orchestratorId,
  own,
  configHash,
  fleetRevision,
  organization,
  rememberedFlag,
}: NewOrchestratorParts): NewOrchestrator {
  const isIndependent = rememberedFlag ?? organization.isIndependent;
  const source = rememberedFlag === undefined ? 'organization' : 'own';
  return {
    orchestratorId,
    name: orchestratorId,
    organizationId: organization.organizationId,
    organizationName: organization.name,
    own,
    configHash,
    fleetRevision,
    organizationRevision: organization.revision,
    isIndependent,
    independenceSource: isIndependent ? source : null,
    switchedBy: rememberedFlag === undefined ? null : FILES,
  };
}
