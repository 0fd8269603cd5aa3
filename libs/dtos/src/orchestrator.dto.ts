import {
  CONFIG_STATUSES,
  INDEPENDENCE_SOURCES,
  ORCHESTRATOR_STATUSES,
  SECRET_MASK,
  type ConfigStatus,
  type HealthStatus,
  type IndependenceSource,
  type JsonObject,
  type LiveOrchestrator,
  type LiveOrchestrators,
  type Orchestrator,
  type OrchestratorConnection,
  type OrchestratorDetail,
  type OrchestratorStatus,
} from '@moolai/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { FEATURES, SESSION } from './configuration-examples.js';
import { CredentialStateDto } from './credentials.dto.js';

const TIME = { format: 'date-time', example: '2026-11-23T20:00:00.000Z' };
const TIME_OR_NULL = { ...TIME, type: String, nullable: true };

function textOrNull(example: string | null) {
  return { type: String, nullable: true, example };
}

/** An orchestrator as lists show it. */
export class OrchestratorDto implements Orchestrator {
  @ApiProperty({ example: 'orch-001' })
  orchestrator_id: string;

  @ApiProperty({ example: 'org-001' })
  organization_id: string;

  @ApiProperty(textOrNull('Default organization'))
  organization_name: string | null;

  @ApiProperty({ example: 'Frankfurt inference 1' })
  name: string;

  @ApiProperty({ enum: ORCHESTRATOR_STATUSES, example: 'active', description: 'Derived, never writable.' })
  status: OrchestratorStatus;

  @ApiProperty({ example: 'It is connected, and was alive within the last 120 seconds.' })
  status_reason: string;

  @ApiProperty({ example: false })
  is_independent: boolean;

  @ApiProperty({ type: String, enum: INDEPENDENCE_SOURCES, nullable: true, example: null })
  independence_source: IndependenceSource | null;

  @ApiProperty(TIME_OR_NULL)
  independence_since: string | null;

  @ApiProperty(textOrNull(null))
  independence_by: string | null;

  @ApiProperty(textOrNull(null))
  independence_reason: string | null;

  @ApiProperty(TIME_OR_NULL)
  independence_expires_at: string | null;

  @ApiProperty({
    ...TIME_OR_NULL,
    example: null,
    description: 'Since when it may not register, until an administrator releases it.',
  })
  quarantined_at: string | null;

  @ApiProperty(textOrNull(null))
  quarantine_reason: string | null;

  @ApiProperty({ example: true, description: 'An open socket that answers pings.' })
  connected: boolean;

  @ApiProperty({
    ...TIME_OR_NULL,
    description: 'Frozen while independent; null before the first registration.',
  })
  last_seen: string | null;

  @ApiProperty(TIME_OR_NULL)
  last_activity: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { status: 'ok' } })
  health_status: HealthStatus;

  @ApiProperty(FEATURES)
  features: JsonObject;

  @ApiProperty(SESSION)
  session_config: JsonObject;

  @ApiProperty({ example: false })
  privacy_mode: boolean;

  @ApiProperty(textOrNull('http://10.0.0.7:8000'))
  internal_url: string | null;

  @ApiProperty(textOrNull('moolai/orchestrator:2.4.1'))
  image_name: string | null;

  @ApiProperty(textOrNull(null))
  container_id: string | null;

  @ApiProperty(textOrNull(null))
  phoenix_endpoint: string | null;

  @ApiProperty({ example: false })
  monitoring_enabled: boolean;

  @ApiProperty(textOrNull(null))
  admin_email: string | null;

  @ApiProperty(textOrNull(null))
  support_email: string | null;

  @ApiProperty(textOrNull(null))
  website: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { region: 'eu-central' },
  })
  labels: Record<string, string>;

  @ApiProperty(textOrNull('2.4.1'))
  version: string | null;

  @ApiProperty({ type: 'integer', example: 3, description: 'The configuration it should have.' })
  config_version: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 3,
    description: 'The configuration it says it has.',
  })
  reported_config_version: number | null;

  @ApiProperty({ enum: CONFIG_STATUSES, example: 'applied' })
  config_status: ConfigStatus;

  @ApiProperty(TIME)
  created_at: string;

  @ApiProperty(TIME)
  updated_at: string;
}

/** The connection that an orchestrator has now. */
export class OrchestratorConnectionDto implements OrchestratorConnection {
  @ApiProperty(TIME)
  connected_at: string;

  @ApiProperty({ format: 'uuid', example: '0a7c1f5e-6d0a-4b86-9d65-2c53a4b8f1d2' })
  session_id: string;

  @ApiProperty({ example: '203.0.113.7' })
  remote_address: string;
}

/** One orchestrator, secrets masked. */
export class OrchestratorDetailDto extends OrchestratorDto implements OrchestratorDetail {
  @ApiProperty({ type: OrchestratorConnectionDto, nullable: true, description: 'Null while it has none.' })
  connection: OrchestratorConnectionDto | null;

  @ApiProperty({ ...textOrNull(SECRET_MASK), description: 'Masked.' })
  database_url: string | null;

  @ApiProperty({ ...textOrNull(SECRET_MASK), description: 'Masked.' })
  redis_url: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { API_KEY: SECRET_MASK },
    description: 'The names; the values are masked.',
  })
  environment_variables: Record<string, string>;

  @ApiProperty({ type: CredentialStateDto })
  credential: CredentialStateDto;
}

/** One connected orchestrator. */
export class LiveOrchestratorDto implements LiveOrchestrator {
  @ApiProperty({ example: 'orch-001' })
  orchestrator_id: string;

  @ApiProperty({ example: 'org-001' })
  organization_id: string;

  @ApiProperty({ enum: ORCHESTRATOR_STATUSES, example: 'active' })
  status: OrchestratorStatus;

  @ApiProperty({ example: false })
  is_independent: boolean;

  @ApiProperty(TIME)
  connected_at: string;

  @ApiProperty(TIME_OR_NULL)
  last_seen: string | null;

  @ApiProperty({ format: 'uuid', example: '0a7c1f5e-6d0a-4b86-9d65-2c53a4b8f1d2' })
  session_id: string;

  @ApiProperty({ example: '203.0.113.7' })
  remote_address: string;
}

/** Everyone who is connected. */
export class LiveOrchestratorsDto implements LiveOrchestrators {
  @ApiProperty({ type: [LiveOrchestratorDto] })
  items: LiveOrchestratorDto[];

  @ApiProperty({ type: 'integer', example: 1 })
  total: number;
}
