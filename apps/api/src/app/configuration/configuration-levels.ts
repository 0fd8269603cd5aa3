import type { ConfigLevel, JsonObject, OwnConfig } from '@moolai/contracts';
import type { Actor } from '../../platform/access/principal.js';
import type { ConfigSchemas } from './config-limits.js';

/** A level that someone can change. */
export type ChangeableLevel = Exclude<ConfigLevel, 'built_in'>;

/** Who changes a configuration, and why. */
export interface Author {
  actor: Actor;
  comment?: string | undefined;
}

/** What the fleet's level says. */
export interface FleetContent {
  defaults: JsonObject;
  schemas: ConfigSchemas;
}

/** The fleet's level. */
export interface FleetLevel extends FleetContent {
  revision: number;
}

/** An organization's level, with what else `controller_config.json` says of it. */
export interface OrganizationLevel {
  organizationId: string;
  name: string;
  isIndependent: boolean;
  settings: JsonObject;
  revision: number;
}

/** An orchestrator's level, and the version that its effective configuration has. */
export interface OrchestratorLevel {
  orchestratorId: string;
  organizationId: string;
  own: OwnConfig;
  ownRevision: number;
  configVersion: number;
  configHash: string | null;
}

/** Orchestrators with the levels above them, none of which changes meanwhile. */
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
