import {
  CONFIG_LEVELS,
  CONFIG_STATUSES,
  type ConfigChangeResult,
  type ConfigDiff,
  type ConfigDifference,
  type ConfigExplanation,
  type ConfigLevel,
  type ConfigRevision,
  type ConfigStatus,
  type ConfigVersion,
  type ExplainedValue,
  type JsonObject,
  type JsonValue,
  type OrchestratorConfig,
  type OrganizationSettings,
  type OwnConfig,
  type SettingsResult,
} from '@moolai/contracts';
import { COMMENT_EXAMPLE, CONFIG, FEATURES, SESSION } from './configuration-examples.js';
import {
  AnyJsonField,
  BooleanField,
  EnumField,
  IdField,
  IntegerField,
  JsonObjectField,
  ListOf,
  ObjectField,
  TextField,
  TimeField,
} from './fields/index.js';

/** Result of a change to an orchestrator's configuration. */
export class ConfigChangeResultDto implements ConfigChangeResult {
  @IdField({ example: 'orch-001' })
  orchestrator_id: string;

  @IntegerField({ example: 4 })
  config_version: number;

  @BooleanField({
    example: true,
    description: 'True if the configuration was written to an open connection.',
  })
  pushed: boolean;

  @JsonObjectField(CONFIG)
  config: JsonObject;
}

/** The orchestrator's own level of the configuration. */
export class OwnConfigDto implements OwnConfig {
  @JsonObjectField(FEATURES)
  features: JsonObject;

  @JsonObjectField(SESSION)
  session_config: JsonObject;

  @BooleanField({ nullable: true, example: null })
  privacy_mode: boolean | null;

  @BooleanField({ nullable: true, example: true })
  monitoring_enabled: boolean | null;

  @TextField({ nullable: true, example: null })
  phoenix_endpoint: string | null;
}

/** The configuration that an orchestrator reported. */
export class ReportedConfigDto {
  @IntegerField({ nullable: true, example: 3 })
  config_version: number | null;

  @EnumField(CONFIG_STATUSES, { example: 'pending' })
  status: ConfigStatus;

  @TextField({ nullable: true, example: null })
  detail: string | null;

  @TimeField({ nullable: true })
  at: string | null;

  @TimeField({ nullable: true })
  pending_since: string | null;
}

/** Desired and reported configuration. */
export class OrchestratorConfigDto implements OrchestratorConfig {
  @IdField({ example: 'orch-001' })
  orchestrator_id: string;

  @IntegerField({ example: 4 })
  config_version: number;

  @TextField({ nullable: true, example: '8d2253d8dd2302a67815d793bc100f8386c01600c0876067935aedc5583f27a0' })
  config_hash: string | null;

  @JsonObjectField(CONFIG)
  config: JsonObject;

  @ObjectField(OwnConfigDto)
  own: OwnConfigDto;

  @TimeField()
  changed_at: string;

  @ObjectField(ReportedConfigDto)
  reported: ReportedConfigDto;
}

/** One difference. */
export class ConfigDifferenceDto implements ConfigDifference {
  @TextField({ example: '/session_config/max_tokens', description: 'JSON pointer (RFC 6901).' })
  path: string;

  @EnumField(['add', 'remove', 'replace'], { example: 'replace' })
  op: 'add' | 'remove' | 'replace';

  @AnyJsonField({ optional: true, example: 2048, description: 'Any JSON. Absent when the value was added.' })
  before?: JsonValue;

  @AnyJsonField({
    optional: true,
    example: 4096,
    description: 'Any JSON. Absent when the value was removed.',
  })
  after?: JsonValue;
}

/** One version of an effective configuration. */
export class ConfigVersionDto implements ConfigVersion {
  @IntegerField({ example: 4 })
  config_version: number;

  @TextField({ example: '8d2253d8dd2302a67815d793bc100f8386c01600c0876067935aedc5583f27a0' })
  config_hash: string;

  @EnumField(CONFIG_LEVELS.slice(1), { example: 'organization' })
  level: Exclude<ConfigLevel, 'built_in'>;

  @TextField({ example: 'admin@moolai.local' })
  changed_by: string;

  @TimeField()
  changed_at: string;

  @TextField({ nullable: true, example: COMMENT_EXAMPLE })
  comment: string | null;

  @ListOf(ConfigDifferenceDto)
  changes: ConfigDifferenceDto[];
}

/** The difference between two versions. */
export class ConfigDiffDto implements ConfigDiff {
  @IdField({ example: 'orch-001' })
  orchestrator_id: string;

  @IntegerField({ example: 3 })
  from: number;

  @IntegerField({ example: 5 })
  to: number;

  @ListOf(ConfigDifferenceDto)
  changes: ConfigDifferenceDto[];
}

/** The level that sets one value. */
export class ExplainedValueDto implements ExplainedValue {
  @TextField({ example: '/session_config/max_tokens' })
  path: string;

  @AnyJsonField({ example: 4096, description: 'Any JSON.' })
  value: JsonValue;

  @EnumField(CONFIG_LEVELS, { example: 'organization' })
  level: ConfigLevel;

  @TextField({ nullable: true, example: 'org-001' })
  level_id: string | null;

  @TextField({ nullable: true, example: 'admin@moolai.local' })
  set_by: string | null;

  @TimeField({ nullable: true })
  set_at: string | null;

  @IntegerField({ nullable: true, example: 2 })
  revision: number | null;
}

/** The level that sets each value. */
export class ConfigExplanationDto implements ConfigExplanation {
  @IdField({ example: 'orch-001' })
  orchestrator_id: string;

  @IntegerField({ example: 4 })
  config_version: number;

  @ListOf(ExplainedValueDto)
  values: ExplainedValueDto[];
}

/** One revision of a level. */
export class ConfigRevisionDto implements ConfigRevision {
  @IntegerField({ example: 2 })
  revision: number;

  @JsonObjectField(CONFIG)
  before: JsonObject;

  @JsonObjectField(CONFIG)
  after: JsonObject;

  @TextField({ example: 'admin@moolai.local' })
  changed_by: string;

  @TimeField()
  changed_at: string;

  @TextField({ nullable: true, example: COMMENT_EXAMPLE })
  comment: string | null;
}

/** An organization's settings. */
export class OrganizationSettingsDto implements OrganizationSettings {
  @IdField({ example: 'org-001' })
  organization_id: string;

  @JsonObjectField(CONFIG)
  settings: JsonObject;

  @IntegerField({ example: 2, description: 'The newest revision; 0 if the settings were never changed.' })
  revision: number;
}

/** Result of a change to an organization's settings. */
export class SettingsResultDto implements SettingsResult {
  @IdField({ example: 'org-001' })
  organization_id: string;

  @IntegerField({ example: 2, description: 'Open connections to which a new configuration was written.' })
  pushed: number;

  @IntegerField({ example: 3, description: 'Orchestrators in the organization.' })
  total: number;
}
