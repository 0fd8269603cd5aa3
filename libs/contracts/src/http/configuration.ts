import type { JsonObject, JsonValue } from '../json.js';

/** What an orchestrator's own row says of its configuration; null where it says nothing. */
export interface OwnConfig {
  features: JsonObject;
  session_config: JsonObject;
  privacy_mode: boolean | null;
  monitoring_enabled: boolean | null;
  phoenix_endpoint: string | null;
}

/**
 * Where a value of the effective configuration comes from. The later ones overlay the earlier ones
 * (contract section 3); `built_in` is what holds where no level says anything.
 */
export const CONFIG_LEVELS = ['built_in', 'fleet', 'organization', 'orchestrator'] as const;
export type ConfigLevel = (typeof CONFIG_LEVELS)[number];

/** Body of `PUT /api/v1/internal/orchestrators/:id/config`; absent fields stay, null inherits again. */
export interface SetConfigRequest {
  features?: JsonObject | null;
  session_config?: JsonObject | null;
  privacy_mode?: boolean | null;
  monitoring_enabled?: boolean | null;
  phoenix_endpoint?: string | null;
  /** Why, for the history. */
  comment?: string;
}

/** Answer of every change of an orchestrator's configuration. */
export interface ConfigChangeResult {
  orchestrator_id: string;
  config_version: number;
  /** True when it was written to a live connection. */
  pushed: boolean;
  config: JsonObject;
}

/** What became of the desired configuration. */
export const CONFIG_STATUSES = ['applied', 'failed', 'pending'] as const;
export type ConfigStatus = (typeof CONFIG_STATUSES)[number];

/** Desired against reported configuration. */
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
    /** The version that it said it runs with; null before it said so. */
    config_version: number | null;
    status: ConfigStatus;
    /** What it said when it could not apply it. */
    detail: string | null;
    /** When it said so; null while pending. */
    at: string | null;
    /** Since when the desired version waits; null once it was answered. */
    pending_since: string | null;
  };
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
  /** The level whose change made it. */
  level: Exclude<ConfigLevel, 'built_in'>;
  changed_by: string;
  changed_at: string;
  comment: string | null;
  /** Against the version before. */
  changes: ConfigDifference[];
}

/** Answer of `GET …/config/diff`. */
export interface ConfigDiff {
  orchestrator_id: string;
  from: number;
  to: number;
  changes: ConfigDifference[];
}

/** Where one value of the effective configuration comes from. */
export interface ExplainedValue {
  /** JSON pointer (RFC 6901). */
  path: string;
  value: JsonValue;
  level: ConfigLevel;
  /** `fleet`, the organization's or the orchestrator's id; null for what is built in. */
  level_id: string | null;
  set_by: string | null;
  set_at: string | null;
  /** The level's revision that set it. */
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
  /** Number of their newest revision, which is their `ETag`; 0 when they were never changed. */
  revision: number;
}

/** Body of `PUT /api/v1/internal/organizations/:id/settings`. */
export interface SetSettingsRequest {
  settings: JsonObject;
  comment?: string;
}

/** Answer of a change that concerns an organization. */
export interface SettingsResult {
  organization_id: string;
  /** To how many live connections a new configuration was written. */
  pushed: number;
  /** How many orchestrators the organization has. */
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
  /** JSON Schemas that `features` and `session_config` of every orchestrator must fit. */
  schemas?: { features?: JsonObject; session_config?: JsonObject };
}

/** Body of `PUT /api/v1/internal/configuration`: what it does not name stays as it is. */
export interface ControllerConfigChange {
  defaults?: JsonObject;
  schemas?: { features?: JsonObject; session_config?: JsonObject };
  organizations?: Record<string, Partial<ConfiguredOrganization>>;
}

/** Answer of `PUT /api/v1/internal/configuration`: the document from then on, and whom the change concerned. */
export interface ControllerConfigResult extends ControllerConfigDocument {
  /** To how many live connections a new configuration was written. */
  pushed: number;
  /** How many orchestrators it concerns. */
  total: number;
}

/** Answer of a change of the fleet's defaults. */
export interface FleetSettingsResult {
  revision: number;
  /** To how many live connections a new configuration was written. */
  pushed: number;
  /** How many orchestrators it concerns. */
  total: number;
}
