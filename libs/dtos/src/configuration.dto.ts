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
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ANY_JSON,
  FEATURES,
  SESSION,
  CONFIG,
  TIME,
  TIME_OR_NULL,
  COMMENT,
} from './configuration-examples.js';

/** What a change of an orchestrator's configuration ended with. */
export class ConfigChangeResultDto implements ConfigChangeResult {
  @ApiProperty({ example: 'orch-001' })
  orchestrator_id: string;

  @ApiProperty({ type: 'integer', example: 4 })
  config_version: number;

  @ApiProperty({ example: true, description: 'It was written to a live connection.' })
  pushed: boolean;

  @ApiProperty(CONFIG)
  config: JsonObject;
}

/** What an orchestrator says of its own. */
export class OwnConfigDto implements OwnConfig {
  @ApiProperty(FEATURES)
  features: JsonObject;

  @ApiProperty(SESSION)
  session_config: JsonObject;

  @ApiProperty({ type: Boolean, nullable: true, example: null })
  privacy_mode: boolean | null;

  @ApiProperty({ type: Boolean, nullable: true, example: true })
  monitoring_enabled: boolean | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  phoenix_endpoint: string | null;
}

/** What an orchestrator made of its configuration. */
export class ReportedConfigDto {
  @ApiProperty({ type: 'integer', nullable: true, example: 3 })
  config_version: number | null;

  @ApiProperty({ enum: CONFIG_STATUSES, example: 'pending' })
  status: ConfigStatus;

  @ApiProperty({ type: String, nullable: true, example: null })
  detail: string | null;

  @ApiProperty(TIME_OR_NULL)
  at: string | null;

  @ApiProperty(TIME_OR_NULL)
  pending_since: string | null;
}

/** Desired against reported configuration. */
export class OrchestratorConfigDto implements OrchestratorConfig {
  @ApiProperty({ example: 'orch-001' })
  orchestrator_id: string;

  @ApiProperty({ type: 'integer', example: 4 })
  config_version: number;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '8d2253d8dd2302a67815d793bc100f8386c01600c0876067935aedc5583f27a0',
  })
  config_hash: string | null;

  @ApiProperty(CONFIG)
  config: JsonObject;

  @ApiProperty({ type: OwnConfigDto })
  own: OwnConfigDto;

  @ApiProperty(TIME)
  changed_at: string;

  @ApiProperty({ type: ReportedConfigDto })
  reported: ReportedConfigDto;
}

/** One difference. */
export class ConfigDifferenceDto implements ConfigDifference {
  @ApiProperty({ example: '/session_config/max_tokens', description: 'JSON pointer (RFC 6901).' })
  path: string;

  @ApiProperty({ enum: ['add', 'remove', 'replace'], example: 'replace' })
  op: 'add' | 'remove' | 'replace';

  @ApiPropertyOptional({ ...ANY_JSON, example: 2048, description: 'Any JSON. Absent when it is added.' })
  before?: JsonValue;

  @ApiPropertyOptional({ ...ANY_JSON, example: 4096, description: 'Any JSON. Absent when it is removed.' })
  after?: JsonValue;
}

/** One version of an effective configuration. */
export class ConfigVersionDto implements ConfigVersion {
  @ApiProperty({ type: 'integer', example: 4 })
  config_version: number;

  @ApiProperty({ example: '8d2253d8dd2302a67815d793bc100f8386c01600c0876067935aedc5583f27a0' })
  config_hash: string;

  @ApiProperty({ enum: CONFIG_LEVELS.slice(1), example: 'organization' })
  level: Exclude<ConfigLevel, 'built_in'>;

  @ApiProperty({ example: 'admin@moolai.local' })
  changed_by: string;

  @ApiProperty(TIME)
  changed_at: string;

  @ApiProperty({ type: String, nullable: true, example: COMMENT.example })
  comment: string | null;

  @ApiProperty({ type: [ConfigDifferenceDto] })
  changes: ConfigDifferenceDto[];
}

/** The difference of two versions. */
export class ConfigDiffDto implements ConfigDiff {
  @ApiProperty({ example: 'orch-001' })
  orchestrator_id: string;

  @ApiProperty({ type: 'integer', example: 3 })
  from: number;

  @ApiProperty({ type: 'integer', example: 5 })
  to: number;

  @ApiProperty({ type: [ConfigDifferenceDto] })
  changes: ConfigDifferenceDto[];
}

/** Where one value comes from. */
export class ExplainedValueDto implements ExplainedValue {
  @ApiProperty({ example: '/session_config/max_tokens' })
  path: string;

  @ApiProperty({ ...ANY_JSON, example: 4096, description: 'Any JSON.' })
  value: JsonValue;

  @ApiProperty({ enum: CONFIG_LEVELS, example: 'organization' })
  level: ConfigLevel;

  @ApiProperty({ type: String, nullable: true, example: 'org-001' })
  level_id: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'admin@moolai.local' })
  set_by: string | null;

  @ApiProperty(TIME_OR_NULL)
  set_at: string | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 2 })
  revision: number | null;
}

/** Where every value comes from. */
export class ConfigExplanationDto implements ConfigExplanation {
  @ApiProperty({ example: 'orch-001' })
  orchestrator_id: string;

  @ApiProperty({ type: 'integer', example: 4 })
  config_version: number;

  @ApiProperty({ type: [ExplainedValueDto] })
  values: ExplainedValueDto[];
}

/** One revision of a level. */
export class ConfigRevisionDto implements ConfigRevision {
  @ApiProperty({ type: 'integer', example: 2 })
  revision: number;

  @ApiProperty(CONFIG)
  before: JsonObject;

  @ApiProperty(CONFIG)
  after: JsonObject;

  @ApiProperty({ example: 'admin@moolai.local' })
  changed_by: string;

  @ApiProperty(TIME)
  changed_at: string;

  @ApiProperty({ type: String, nullable: true, example: COMMENT.example })
  comment: string | null;
}

/** An organization's settings. */
export class OrganizationSettingsDto implements OrganizationSettings {
  @ApiProperty({ example: 'org-001' })
  organization_id: string;

  @ApiProperty(CONFIG)
  settings: JsonObject;

  @ApiProperty({ type: 'integer', example: 2, description: 'Their newest revision; 0 when never changed.' })
  revision: number;
}

/** What a change of an organization's settings ended with. */
export class SettingsResultDto implements SettingsResult {
  @ApiProperty({ example: 'org-001' })
  organization_id: string;

  @ApiProperty({ type: 'integer', example: 2, description: 'Live connections that got a new configuration.' })
  pushed: number;

  @ApiProperty({ type: 'integer', example: 3, description: 'Orchestrators of the organization.' })
  total: number;
}
