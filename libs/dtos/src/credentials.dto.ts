import {
  ENROLMENT_TOKEN_SORT_FIELDS,
  ENROLMENT_TOKEN_STATES,
  ID_PATTERN,
  type CreatedEnrolmentToken,
  type CreateEnrolmentTokenRequest,
  type CredentialRevocation,
  type CredentialRotation,
  type CredentialState,
  type EnrolmentToken,
  type EnrolmentTokenListQuery,
  type EnrolmentTokenState,
  type QuarantineRelease,
} from '@moolai/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateIf,
} from 'class-validator';
import { ListQueryDto } from './list-query.dto.js';
import { IsStorableText } from './storable.validator.js';
import { IsTime } from './time.validator.js';

const TIME = { format: 'date-time', example: '2026-11-23T20:00:00.000Z' } as const;
const TIME_OR_NULL = { ...TIME, type: String, nullable: true } as const;
const NEVER = { ...TIME_OR_NULL, example: null } as const;
const MAX_USES = 1_000_000;

/** How an orchestrator's credential is. */
export class CredentialStateDto implements CredentialState {
  @ApiProperty({ example: true, description: 'It has one that is good, and must present it.' })
  has_credential: boolean;

  @ApiProperty(TIME_OR_NULL)
  issued_at: string | null;

  @ApiProperty({ ...TIME_OR_NULL, description: 'When it registered with it last.' })
  last_used_at: string | null;

  @ApiProperty({ example: false, description: 'A new one is to be offered, or is not used yet.' })
  rotation_pending: boolean;

  @ApiProperty(NEVER)
  revoked_at: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  revoked_by: string | null;
}

/** What became of a rotation. */
export class CredentialRotationDto implements CredentialRotation {
  @ApiProperty({ example: 'orch-001' })
  orchestrator_id: string;

  @ApiProperty({
    example: true,
    description: 'Written to a live connection; else with the next registration.',
  })
  offered: boolean;

  @ApiProperty({ type: CredentialStateDto })
  credential: CredentialStateDto;
}

/** What became of a revocation. */
export class CredentialRevocationDto implements CredentialRevocation {
  @ApiProperty({ example: 'orch-001' })
  orchestrator_id: string;

  @ApiProperty({ type: CredentialStateDto })
  credential: CredentialStateDto;
}

/** What an orchestrator was released from. */
export class QuarantineReleaseDto implements QuarantineRelease {
  @ApiProperty({ example: 'orch-001' })
  orchestrator_id: string;

  @ApiProperty(TIME)
  quarantined_at: string;

  @ApiProperty({ type: String, nullable: true, example: 'Two machines present its credential.' })
  quarantine_reason: string | null;
}

/** An enrolment token, without its secret. */
export class EnrolmentTokenDto implements EnrolmentToken {
  @ApiProperty({ type: 'integer', example: 1 })
  id: number;

  @ApiProperty({ example: 'org-001' })
  organization_id: string;

  @ApiProperty({ example: 'Frankfurt rollout' })
  name: string;

  @ApiProperty({ enum: ENROLMENT_TOKEN_STATES, example: 'usable' })
  state: EnrolmentTokenState;

  @ApiProperty(TIME)
  expires_at: string;

  @ApiProperty({ type: 'integer', nullable: true, example: 20, description: 'Null for any number.' })
  max_uses: number | null;

  @ApiProperty({ type: 'integer', example: 3 })
  uses: number;

  @ApiProperty(TIME)
  created_at: string;

  @ApiProperty({ example: 'admin@example.com' })
  created_by: string;

  @ApiProperty(TIME_OR_NULL)
  last_used_at: string | null;

  @ApiProperty(NEVER)
  revoked_at: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  revoked_by: string | null;
}

/** A new enrolment token: the only time that its secret is shown. */
export class CreatedEnrolmentTokenDto extends EnrolmentTokenDto implements CreatedEnrolmentToken {
  @ApiProperty({ example: 'moe_…', description: 'What orchestrators present. Shown once.' })
  token: string;
}

/** Body of a new enrolment token. */
export class CreateEnrolmentTokenDto implements CreateEnrolmentTokenRequest {
  @ApiProperty({ example: 'org-001' })
  @Matches(ID_PATTERN)
  organization_id: string;

  @ApiPropertyOptional({
    example: 'Frankfurt rollout',
    minLength: 1,
    maxLength: 255,
    description: 'What it is for; by default it names the organization.',
  })
  @ValidateIf((_, value: unknown) => value !== undefined)
  @IsString()
  @MinLength(1)
  @MaxLength(255)
  @IsStorableText()
  name?: string;

  @ApiProperty({ ...TIME, description: 'When it ends; at most a year ahead.' })
  @IsTime()
  expires_at: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MAX_USES, example: 20 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_USES)
  max_uses?: number;
}

const SORTS = ENROLMENT_TOKEN_SORT_FIELDS.flatMap((field) => [field, `-${field}`]);

/** Query of the list of enrolment tokens. */
export class EnrolmentTokenListQueryDto extends ListQueryDto implements EnrolmentTokenListQuery {
  @ApiPropertyOptional({ example: 'org-001' })
  @IsOptional()
  @Matches(ID_PATTERN)
  organization_id?: string;

  @ApiPropertyOptional({ enum: ENROLMENT_TOKEN_STATES })
  @IsOptional()
  @IsIn(ENROLMENT_TOKEN_STATES)
  state?: EnrolmentTokenState;

  @ApiPropertyOptional({ enum: SORTS, default: '-id' })
  @IsOptional()
  @IsIn(SORTS)
  sort: string = '-id';
}
