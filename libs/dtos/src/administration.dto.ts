import {
  ID_PATTERN,
  VARIABLE_PATTERN,
  type ChangeOrchestratorRequest,
  type ChangeOrganizationRequest,
  type CreateOrchestratorRequest,
  type CreateOrganizationRequest,
  type JsonObject,
} from '@moolai/contracts';
import { BooleanField, IdField, JsonObjectField, TextField, TextMapField } from './fields/index.js';

const NAME = { minLength: 1, maxLength: 255 } as const;

/** An optional text that null clears. */
function OptionalText(example: string, maxLength = 255): PropertyDecorator {
  return TextField({ optional: true, nullable: true, maxLength, example });
}

/** Fields of an orchestrator that an administrator sets. */
export class ChangeOrchestratorDto implements ChangeOrchestratorRequest {
  @TextField({ ...NAME, optional: true, example: 'Frankfurt inference 1' })
  name?: string;

  @TextMapField({
    optional: true,
    keys: ID_PATTERN,
    maxEntries: 64,
    maxLength: 200,
    example: { region: 'eu-central' },
  })
  labels?: Record<string, string>;

  @OptionalText('http://10.0.0.7:8000')
  internal_url?: string | null;

  @OptionalText('f2a9c0d1', 100)
  container_id?: string | null;

  @OptionalText('registry.example.com/engine:2.4.1')
  image_name?: string | null;

  @OptionalText('admin@example.com')
  admin_email?: string | null;

  @OptionalText('support@example.com')
  support_email?: string | null;

  @OptionalText('https://example.com')
  website?: string | null;

  @OptionalText('postgres://user:password@host/db')
  database_url?: string | null;

  @OptionalText('redis://:password@host')
  redis_url?: string | null;

  @TextMapField({
    optional: true,
    keys: VARIABLE_PATTERN,
    maxEntries: 200,
    maxLength: 4_096,
    example: { HF_TOKEN: 'hf_…' },
  })
  environment_variables?: Record<string, string>;
}

/** Body of the creation of an orchestrator. */
export class CreateOrchestratorDto extends ChangeOrchestratorDto implements CreateOrchestratorRequest {
  @IdField({ example: 'orch-007' })
  orchestrator_id: string;

  @IdField({ optional: true, nullIsAbsent: true, default: 'org-001', example: 'org-001' })
  organization_id?: string;

  @JsonObjectField({ optional: true, example: { streaming: true } })
  features?: JsonObject;

  @JsonObjectField({ optional: true, example: { max_tokens: 4096 } })
  session_config?: JsonObject;

  @BooleanField({ optional: true, nullable: true, example: true })
  privacy_mode?: boolean | null;

  @BooleanField({ optional: true, nullable: true, example: true })
  monitoring_enabled?: boolean | null;

  @OptionalText('http://phoenix:6006')
  phoenix_endpoint?: string | null;
}

/** Fields of an organization that an administrator sets. */
export class ChangeOrganizationDto implements ChangeOrganizationRequest {
  @TextField({ ...NAME, optional: true, example: 'Acme Hospital' })
  name?: string;

  @OptionalText('admin@example.com')
  admin_email?: string | null;

  @OptionalText('support@example.com')
  support_email?: string | null;

  @OptionalText('https://example.com')
  website?: string | null;

  @BooleanField({
    optional: true,
    example: true,
    description: 'False deactivates the organization, as deleting it does; true reactivates it.',
  })
  is_active?: boolean;
}

/** Body of the creation of an organization. */
export class CreateOrganizationDto implements CreateOrganizationRequest {
  @IdField({ example: 'org-007' })
  organization_id: string;

  @TextField({ ...NAME, example: 'Acme Hospital' })
  name: string;

  @OptionalText('admin@example.com')
  admin_email?: string | null;

  @OptionalText('support@example.com')
  support_email?: string | null;

  @OptionalText('https://example.com')
  website?: string | null;

  @BooleanField({ optional: true, example: false })
  is_independent?: boolean;

  @JsonObjectField({ optional: true, example: { session_config: { max_tokens: 4096 } } })
  settings?: JsonObject;
}
