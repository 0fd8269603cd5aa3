import {
  ORGANIZATION_SORT_FIELDS,
  ORGANIZATION_STATUSES,
  type JsonObject,
  type Organization,
  type OrganizationStatus,
} from '@moolai/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { ListQueryDto } from './list-query.dto.js';

/** Both directions of each sortable field. */
function sortValues(fields: readonly string[]): string[] {
  return fields.flatMap((field) => [field, `-${field}`]);
}

export const ORGANIZATION_SORTS = sortValues(ORGANIZATION_SORT_FIELDS);

/** Query of the list of organizations. */
export class OrganizationListQueryDto extends ListQueryDto {
  @ApiPropertyOptional({ enum: ORGANIZATION_SORTS, default: 'organization_id' })
  @IsOptional()
  @IsIn(ORGANIZATION_SORTS)
  sort: string = 'organization_id';
}

/** An organization. */
export class OrganizationDto implements Organization {
  @ApiProperty({ example: 'org-001' })
  organization_id: string;

  @ApiProperty({ example: 'Default organization' })
  name: string;

  @ApiProperty({ enum: ORGANIZATION_STATUSES, example: 'active' })
  status: OrganizationStatus;

  @ApiProperty({ example: true })
  is_active: boolean;

  @ApiProperty({ example: false, description: 'Orchestrators that register later start independent.' })
  is_independent: boolean;

  @ApiProperty({ type: String, nullable: true, example: null })
  independence_reason: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: null })
  independence_expires_at: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { session_config: { max_tokens: 4096 } },
  })
  settings: JsonObject;

  @ApiProperty({ type: 'integer', example: 2 })
  settings_revision: number;

  @ApiProperty({ type: String, nullable: true, example: 'admin@example.com' })
  admin_email: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  support_email: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'https://example.com' })
  website: string | null;

  @ApiProperty({ type: 'integer', example: 2 })
  orchestrator_count: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T20:00:00.000Z' })
  created_at: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T20:00:00.000Z' })
  updated_at: string;
}
