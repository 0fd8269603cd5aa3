import {
  ID_PATTERN,
  type ChangeOrchestratorRequest,
  type ChangeOrganizationRequest,
  type CreateOrchestratorRequest,
  type CreateOrganizationRequest,
  type JsonObject,
} from '@moolai/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsOptional, IsString, Matches, MaxLength, MinLength, ValidateIf } from 'class-validator';
import { IsStorableObject, IsStorableText, IsTextMap } from './storable.validator.js';

/** A text that may be left out, or emptied with null. */
function OptionalText(example: string, maxLength = 255): PropertyDecorator {
  return (target, key) => {
    ApiPropertyOptional({ type: String, nullable: true, maxLength, example })(target, key);
    IsOptional()(target, key);
    IsString()(target, key);
    MaxLength(maxLength)(target, key);
    IsStorableText()(target, key);
  };
}

/** A name, which cannot be emptied. */
function NameText(example: string): PropertyDecorator {
  return (target, key) => {
    IsString()(target, key);
    MinLength(1)(target, key);
    MaxLength(255)(target, key);
    IsStorableText()(target, key);
    ApiPropertyOptional({ maxLength: 255, minLength: 1, example })(target, key);
  };
}

const given = (_: object, value: unknown): boolean => value !== undefined;

/** What an administrator says of an orchestrator. */
export class ChangeOrchestratorDto implements ChangeOrchestratorRequest {
  @ValidateIf(given)
  @NameText('Frankfurt inference 1')
  name?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { region: 'eu-central' },
  })
  @ValidateIf(given)
  @IsTextMap({ keys: ID_PATTERN, maxEntries: 64, maxLength: 200 })
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

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { HF_TOKEN: 'hf_…' },
  })
  @ValidateIf(given)
  @IsTextMap({ keys: /^[A-Za-z_][A-Za-z0-9_]{0,99}$/, maxEntries: 200, maxLength: 4_096 })
  environment_variables?: Record<string, string>;
}

/** Body of the creation of an orchestrator. */
export class CreateOrchestratorDto extends ChangeOrchestratorDto implements CreateOrchestratorRequest {
  @ApiProperty({ example: 'orch-007' })
  @Matches(ID_PATTERN)
  orchestrator_id: string;

  @ApiPropertyOptional({ example: 'org-001', default: 'org-001' })
  @IsOptional()
  @Matches(ID_PATTERN)
  organization_id?: string;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, example: { streaming: true } })
  @ValidateIf(given)
  @IsStorableObject()
  features?: JsonObject;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, example: { max_tokens: 4096 } })
  @ValidateIf(given)
  @IsStorableObject()
  session_config?: JsonObject;

  @ApiPropertyOptional({ type: Boolean, nullable: true, example: true })
  @IsOptional()
  @IsBoolean()
  privacy_mode?: boolean | null;

  @ApiPropertyOptional({ type: Boolean, nullable: true, example: true })
  @IsOptional()
  @IsBoolean()
  monitoring_enabled?: boolean | null;

  @OptionalText('http://phoenix:6006')
  phoenix_endpoint?: string | null;
}

/** What an administrator says of an organization. */
export class ChangeOrganizationDto implements ChangeOrganizationRequest {
  @ValidateIf(given)
  @NameText('Acme Hospital')
  name?: string;

  @OptionalText('admin@example.com')
  admin_email?: string | null;

  @OptionalText('support@example.com')
  support_email?: string | null;

  @OptionalText('https://example.com')
  website?: string | null;

  @ApiPropertyOptional({
    example: true,
    description: 'False deactivates it as a deletion does; true brings it back.',
  })
  @ValidateIf(given)
  @IsBoolean()
  is_active?: boolean;
}

/** Body of the creation of an organization. */
export class CreateOrganizationDto implements CreateOrganizationRequest {
  @ApiProperty({ example: 'org-007' })
  @Matches(ID_PATTERN)
  organization_id: string;

  @NameText('Acme Hospital')
  name: string;

  @OptionalText('admin@example.com')
  admin_email?: string | null;

  @OptionalText('support@example.com')
  support_email?: string | null;

  @OptionalText('https://example.com')
  website?: string | null;

  @ApiPropertyOptional({ example: false })
  @ValidateIf(given)
  @IsBoolean()
  is_independent?: boolean;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    example: { session_config: { max_tokens: 4096 } },
  })
  @ValidateIf(given)
  @IsStorableObject()
  settings?: JsonObject;
}
