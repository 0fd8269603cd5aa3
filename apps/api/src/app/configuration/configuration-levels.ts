import type { ConfigLevel, JsonObject, OwnConfig } from '@moolai/contracts';
import type { Actor } from '../../platform/access/principal.js';
import type { ConfigSchemas } from './config-limits.js';

/** A level that can be changed. */
export type ChangeableLevel = Exclude<ConfigLevel, 'built_in'>;

/** Who changes a configuration, and the comment that the history shows. */
export interface Attribution {
  actor: Actor;
  comment?: string | undefined;
}

/** The content of the fleet's level. */
export interface FleetContent {
  defaults: JsonObject;
  schemas: ConfigSchemas;
}

/** The fleet's level. */
export interface FleetLevel extends FleetContent {
  revision: number;
}

/** An organization's level, with its other fields in `controller_config.json`. */
export interface OrganizationLevel {
  organizationId: string;
  name: string;
  isIndependent: boolean;
  settings: JsonObject;
  revision: number;
}

/** An orchestrator's level, and the version of its effective configuration. */
export interface OrchestratorLevel {
  orchestratorId: string;
  organizationId: string;
  own: OwnConfig;
  ownRevision: number;
  configVersion: number;
  configHash: string | null;
}

/** Orchestrators with their upper levels, all locked. */
export interface LockedLevels {
  fleet: FleetLevel;
  organizations: OrganizationLevel[];
  orchestrators: OrchestratorLevel[];
}

/** A new version of an orchestrator's effective configuration. */
export interface NewVersion {
  orchestratorId: string;
  configVersion: number;
  configHash: string;
  organizationId: string;
  fleetRevision: number;
  organizationRevision: number;
  ownRevision: number;
}
