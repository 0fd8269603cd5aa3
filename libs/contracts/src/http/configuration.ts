import type { JsonObject, JsonValue } from '../json.js';

/** The orchestrator's own level of the configuration; null where it sets nothing. */
export interface OwnConfig {
  features: JsonObject;
  session_config: JsonObject;
  privacy_mode: boolean | null;
  monitoring_enabled: boolean | null;
  phoenix_endpoint: string | null;
}

/**
 * Levels that a value of the effective configuration can come from, lowest precedence first (contract section 3).
 * `built_in` applies where no other level sets a value.
 */
export const CONFIG_LEVELS = ['built_in', 'fleet', 'organization', 'orchestrator'] as const;
export type ConfigLevel = (typeof CONFIG_LEVELS)[number];

/** Body of `PUT /api/v1/internal/orchestrators/:id/config`. Absent fields stay as they are; null inherits again. */
export interface SetConfigRequest {
  features?: JsonObject | null;
  session_config?: JsonObject | null;
  privacy_mode?: boolean | null;
  monitoring_enabled?: boolean | null;
  phoenix_endpoint?: string | null;
  /** Reason for the change, kept in the history. */
  comment?: string;
}

/** Answer of every change to an orchestrator's configuration. */
export interface ConfigChangeResult {
  orchestrator_id: string;
  config_version: number;
  /** True when the configuration was written to an open connection. */
  pushed: boolean;
  config: JsonObject;
}

/** Status of the desired configuration. */
export const CONFIG_STATUSES = ['applied', 'failed', 'pending'] as const;
export type ConfigStatus = (typeof CONFIG_STATUSES)[number];

/** Desired and reported configuration. */
export interface OrchestratorConfig {
  orchestrator_id: string;
  config_version: number;
  /** SHA-256 of the canonical JSON of `config`, hexadecimal; null before the first registration. */
  config_hash: string | null;
  config: JsonObject;
  /** The orchestrator's own level. */
  own: OwnConfig;
  changed_at: string;
  reported: {
    /** The version that the orchestrator last reported; null before the first report. */
    config_version: number | null;
    status: ConfigStatus;
    /** Why the orchestrator could not apply the configuration. */
    detail: string | null;
    /** When the orchestrator acknowledged it; null while pending. */
    at: string | null;
    /** Since when the desired version has been pending; null once acknowledged. */
    pending_since: string | null;
  };
}

/** Body of `POST /api/v1/internal/orchestrators/:id/config/rollback`. */
export interface ConfigRollbackRequest {
  config_version: number;
  comment?: string;
}

/** Body of a rollback of an organization's settings or of the fleet's defaults. */
export interface RevisionRollbackRequest {
  revision: number;
  comment?: string;
}

/** One difference between two JSON values. */
export interface ConfigDifference {
  /** JSON pointer (RFC 6901). */
  path: string;
  op: 'add' | 'remove' | 'replace';
  before?: JsonValue;
  after?: JsonValue;
}

/** One version in the history of an orchestrator's effective configuration. */
export interface ConfigVersion {
  config_version: number;
  config_hash: string;
  /** The level whose change created this version. */
  level: Exclude<ConfigLevel, 'built_in'>;
  changed_by: string;
  changed_at: string;
  comment: string | null;
  /** Differences from the previous version. */
  changes: ConfigDifference[];
}

/** Answer of `GET …/config/diff`. */
export interface ConfigDiff {
  orchestrator_id: string;
  from: number;
  to: number;
  changes: ConfigDifference[];
}

/** Query of `GET …/config/diff`. */
export interface ConfigDiffQuery {
  from: number;
  to: number;
}

/** Where one value of the effective configuration comes from. */
export interface ExplainedValue {
  /** JSON pointer (RFC 6901). */
  path: string;
  value: JsonValue;
  level: ConfigLevel;
  /** `fleet`, or the id of the organization or orchestrator; null for `built_in`. */
  level_id: string | null;
  set_by: string | null;
  set_at: string | null;
  /** The revision of the level that set the value. */
  revision: number | null;
}

/** Answer of `GET …/config/explain`. */
export interface ConfigExplanation {
  orchestrator_id: string;
  config_version: number;
  values: ExplainedValue[];
}

/** One revision of a level. */
export interface ConfigRevision {
  revision: number;
  before: JsonObject;
  after: JsonObject;
  changed_by: string;
  changed_at: string;
  comment: string | null;
}

/** Answer of `GET /api/v1/internal/organizations/:id/settings`. */
export interface OrganizationSettings {
  organization_id: string;
  settings: JsonObject;
  /** Number of the newest revision, also its `ETag`; 0 if the settings were never changed. */
  revision: number;
}

/** Body of `PUT /api/v1/internal/organizations/:id/settings`. */
export interface SetSettingsRequest {
  settings: JsonObject;
  comment?: string;
}

/** Answer of a change to an organization's settings. */
export interface SettingsResult {
  organization_id: string;
  /** Number of open connections to which a new configuration was written. */
  pushed: number;
  /** Number of orchestrators in the organization. */
  total: number;
}

/** One organization in {@link ControllerConfigDocument}. */
export interface ConfiguredOrganization {
  name: string;
  orchestrators: string[];
  is_independent: boolean;
  settings: JsonObject;
}

/** The `controller_config.json` document (contract section 4). */
export interface ControllerConfigDocument {
  defaults: JsonObject;
  organizations: Record<string, ConfiguredOrganization>;
  /** JSON Schemas that the effective `features` and `session_config` of every orchestrator must match. */
  schemas?: { features?: JsonObject; session_config?: JsonObject };
}

/** Body of `PUT /api/v1/internal/configuration`. Absent fields stay as they are. */
export interface ControllerConfigChange {
  defaults?: JsonObject;
  schemas?: { features?: JsonObject; session_config?: JsonObject };
  organizations?: Record<string, Partial<ConfiguredOrganization>>;
}

/** Answer of `PUT /api/v1/internal/configuration`: the new document and the reach of the change. */
export interface ControllerConfigResult extends ControllerConfigDocument {
  /** Number of open connections to which a new configuration was written. */
  pushed: number;
  /** Number of orchestrators affected. */
  total: number;
}

/** Answer of a change to the fleet's defaults. */
export interface FleetSettingsResult {
  revision: number;
  /** Number of open connections to which a new configuration was written. */
  pushed: number;
  /** Number of orchestrators affected. */
  total: number;
}
