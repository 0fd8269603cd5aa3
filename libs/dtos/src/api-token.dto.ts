import {
  API_TOKEN_SORTS,
  API_TOKEN_STATUSES,
  ROLES,
  type ApiToken,
  type ApiTokenListQuery,
  type CreateApiTokenRequest,
  type CreatedApiToken,
  type Role,
} from '@moolai/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { ListQueryDto } from './list-query.dto.js';
import { IsStorableText } from './storable.validator.js';
import { OrganizationIds } from './user.dto.js';
import { IsTime } from './time.validator.js';

/** Body of the creation of an API token. */
export class CreateApiTokenDto implements CreateApiTokenRequest {
  @ApiProperty({ example: 'nightly report', minLength: 1, maxLength: 100 })
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  @IsStorableText()
  name: string;

  @ApiProperty({ enum: ROLES, example: 'viewer', description: 'At most your own.' })
  @IsIn(ROLES)
  role: Role;

  @OrganizationIds()
  organization_ids?: string[];

  @ApiProperty({
    format: 'date-time',
    example: '2027-02-01T00:00:00.000Z',
    description: 'At most a year from now.',
  })
  @IsTime()
  expires_at: string;
}

/** Query of the list of API tokens. */
export class ApiTokenListQueryDto extends ListQueryDto implements ApiTokenListQuery {
  @ApiPropertyOptional({ enum: API_TOKEN_STATUSES })
  @IsOptional()
  @IsIn(API_TOKEN_STATUSES)
  status?: ApiToken['status'];

  @ApiPropertyOptional({ enum: API_TOKEN_SORTS, default: '-created_at' })
  @IsOptional()
  @IsIn(API_TOKEN_SORTS)
  sort: string = '-created_at';
}

/** A token for scripts; never the token itself. */
export class ApiTokenDto implements ApiToken {
  @ApiProperty({ example: '4d0a5f2e-9b1c-4c3d-8e2f-1a2b3c4d5e6f' })
  token_id: string;

  @ApiProperty({ example: 'nightly report' })
  name: string;

  @ApiProperty({ enum: ROLES, example: 'viewer' })
  role: Role;

  @ApiProperty({
    type: [String],
    nullable: true,
    example: ['org-001'],
    description: 'Where the role holds; null is everywhere.',
  })
  organization_ids: string[] | null;

  @ApiProperty({ example: 'mat_Zk3v', description: 'How the token begins, for recognizing it.' })
  hint: string;

  @ApiProperty({ enum: API_TOKEN_STATUSES, example: 'active' })
  status: ApiToken['status'];

  @ApiProperty({ format: 'date-time', example: '2027-02-01T00:00:00.000Z' })
  expires_at: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-23T19:59:30.000Z' })
  last_used_at: string | null;

  @ApiProperty({ type: String, nullable: true, example: '192.0.2.7' })
  last_used_address: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'admin@moolai.local' })
  created_by: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-01T08:00:00.000Z' })
  created_at: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  revoked_at: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  revoked_by: string | null;
}

/** A new API token, with the token itself: it is shown this once. */
export class CreatedApiTokenDto extends ApiTokenDto implements CreatedApiToken {
  @ApiProperty({ example: 'mat_Zk3vR0c8cXlQd0FhV1p2eUJtTnR4U2dKb0xpUHdF' })
  token: string;
}
