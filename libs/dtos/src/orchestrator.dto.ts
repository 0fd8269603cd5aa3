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
import { FEATURES, SESSION } from './configuration-examples.js';
import { CredentialStateDto } from './credentials.dto.js';
import {
  BooleanField,
  EnumField,
  IdField,
  IntegerField,
  JsonObjectField,
  ListOf,
  ObjectField,
  TextField,
  TextMapField,
  TimeField,
  UuidField,
} from './fields/index.js';

/** An orchestrator as lists show it. */
export class OrchestratorDto implements Orchestrator {
  @IdField({ example: 'orch-001' })
  orchestrator_id: string;

  @IdField({ example: 'org-001' })
  organization_id: string;

  @TextField({ nullable: true, example: 'Default organization' })
  organization_name: string | null;

  @TextField({ example: 'Frankfurt inference 1' })
  name: string;

  @EnumField(ORCHESTRATOR_STATUSES, { example: 'active', description: 'Derived, never writable.' })
  status: OrchestratorStatus;

  @TextField({ example: 'It is connected, and was alive within the last 120 seconds.' })
  status_reason: string;

  @BooleanField({ example: false })
  is_independent: boolean;

  @EnumField(INDEPENDENCE_SOURCES, { nullable: true, example: null })
  independence_source: IndependenceSource | null;

  @TimeField({ nullable: true })
  independence_since: string | null;

  @TextField({ nullable: true, example: null })
  independence_by: string | null;

  @TextField({ nullable: true, example: null })
  independence_reason: string | null;

  @TimeField({ nullable: true })
  independence_expires_at: string | null;

  @TimeField({
    nullable: true,
    example: null,
    description: 'When the quarantine began; an administrator has to release it.',
  })
  quarantined_at: string | null;

  @TextField({ nullable: true, example: null })
  quarantine_reason: string | null;

  @BooleanField({ example: true, description: 'True while an open socket answers pings.' })
  connected: boolean;

  @TimeField({ nullable: true, description: 'Frozen while independent; null before the first registration.' })
  last_seen: string | null;

  @TimeField({ nullable: true })
  last_activity: string | null;

  @JsonObjectField({ example: { status: 'ok' } })
  health_status: HealthStatus;

  @JsonObjectField(FEATURES)
  features: JsonObject;

  @JsonObjectField(SESSION)
  session_config: JsonObject;

  @BooleanField({ example: false })
  privacy_mode: boolean;

  @TextField({ nullable: true, example: 'http://10.0.0.7:8000' })
  internal_url: string | null;

  @TextField({ nullable: true, example: 'moolai/orchestrator:2.4.1' })
  image_name: string | null;

  @TextField({ nullable: true, example: null })
  container_id: string | null;

  @TextField({ nullable: true, example: null })
  phoenix_endpoint: string | null;

  @BooleanField({ example: false })
  monitoring_enabled: boolean;

  @TextField({ nullable: true, example: null })
  admin_email: string | null;

  @TextField({ nullable: true, example: null })
  support_email: string | null;

  @TextField({ nullable: true, example: null })
  website: string | null;

  @TextMapField({ example: { region: 'eu-central' } })
  labels: Record<string, string>;

  @TextField({ nullable: true, example: '2.4.1' })
  version: string | null;

  @IntegerField({ example: 3, description: 'The desired configuration version.' })
  config_version: number;

  @IntegerField({ nullable: true, example: 3, description: 'The configuration version last reported.' })
  reported_config_version: number | null;

  @EnumField(CONFIG_STATUSES, { example: 'applied' })
  config_status: ConfigStatus;

  @TimeField()
  created_at: string;

  @TimeField()
  updated_at: string;
}

/** The current connection of an orchestrator. */
export class OrchestratorConnectionDto implements OrchestratorConnection {
  @TimeField()
  connected_at: string;

  @UuidField({ example: '0a7c1f5e-6d0a-4b86-9d65-2c53a4b8f1d2' })
  session_id: string;

  @TextField({ example: '203.0.113.7' })
  remote_address: string;

  @TextField({ example: 'controller-1-5f3a9c' })
  instance_id: string;
}

/** One orchestrator, with masked secrets. */
export class OrchestratorDetailDto extends OrchestratorDto implements OrchestratorDetail {
  @ObjectField(OrchestratorConnectionDto, {
    nullable: true,
    description: 'Null while the orchestrator is disconnected.',
  })
  connection: OrchestratorConnectionDto | null;

  @TextField({ nullable: true, example: SECRET_MASK, description: 'Masked.' })
  database_url: string | null;

  @TextField({ nullable: true, example: SECRET_MASK, description: 'Masked.' })
  redis_url: string | null;

  @TextMapField({
    example: { API_KEY: SECRET_MASK },
    description: 'Names of the variables, with masked values.',
  })
  environment_variables: Record<string, string>;

  @ObjectField(CredentialStateDto)
  credential: CredentialStateDto;
}

/** One connected orchestrator. */
export class LiveOrchestratorDto implements LiveOrchestrator {
  @IdField({ example: 'orch-001' })
  orchestrator_id: string;

  @IdField({ example: 'org-001' })
  organization_id: string;

  @EnumField(ORCHESTRATOR_STATUSES, { example: 'active' })
  status: OrchestratorStatus;

  @BooleanField({ example: false })
  is_independent: boolean;

  @TimeField()
  connected_at: string;

  @TimeField({ nullable: true })
  last_seen: string | null;

  @UuidField({ example: '0a7c1f5e-6d0a-4b86-9d65-2c53a4b8f1d2' })
  session_id: string;

  @TextField({ example: '203.0.113.7' })
  remote_address: string;

  @TextField({ example: 'controller-1-5f3a9c' })
  instance_id: string;
}

/** All connected orchestrators. */
export class LiveOrchestratorsDto implements LiveOrchestrators {
  @ListOf(LiveOrchestratorDto)
  items: LiveOrchestratorDto[];

  @IntegerField({ example: 1 })
  total: number;
}
