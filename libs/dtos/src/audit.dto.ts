import {
  AUDIT_ACTIONS,
  AUDIT_ACTOR_KINDS,
  AUDIT_EXPORT_FORMATS,
  AUDIT_SORT_FIELDS,
  AUDIT_TARGET_TYPES,
  ID_PATTERN,
  type AuditAction,
  type AuditActorKind,
  type AuditEntry,
  type AuditExportFormat,
  type AuditExportQuery,
  type AuditFilter,
  type AuditQuery,
  type AuditTargetType,
  type AuditVerification,
  type AuditVerifyQuery,
  type JsonObject,
} from '@moolai/contracts';
import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { LARGE_INTEGER } from './count-schema.js';
import { ListQueryDto, PageQueryDto } from './list-query.dto.js';
import { IsStorableText } from './storable.validator.js';
import { IsTime } from './time.validator.js';

const HASH = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const HASH_PATTERN = /^[0-9a-f]{64}$/;
const AUDIT_SORTS = AUDIT_SORT_FIELDS.flatMap((field) => [field, `-${field}`]);

/** What narrows down the audit. */
export class AuditFilterDto
  extends OmitType(ListQueryDto, ['page', 'page_size'] as const)
  implements AuditFilter
{
  @ApiPropertyOptional({
    example: 'admin@moolai.local',
    maxLength: 255,
    description: 'The whole name or id of an actor.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(255)
  @IsStorableText()
  actor?: string;

  @ApiPropertyOptional({ enum: AUDIT_ACTOR_KINDS })
  @IsOptional()
  @IsIn(AUDIT_ACTOR_KINDS)
  actor_kind?: AuditActorKind;

  @ApiPropertyOptional({ enum: AUDIT_ACTIONS })
  @IsOptional()
  @IsIn(AUDIT_ACTIONS)
  action?: AuditAction;

  @ApiPropertyOptional({ example: 'org-001' })
  @IsOptional()
  @Matches(ID_PATTERN)
  organization_id?: string;

  @ApiPropertyOptional({ enum: AUDIT_TARGET_TYPES })
  @IsOptional()
  @IsIn(AUDIT_TARGET_TYPES)
  target_type?: AuditTargetType;

  @ApiPropertyOptional({ example: 'orch-001', maxLength: 255 })
  @IsOptional()
  @IsString()
  @MaxLength(255)
  @IsStorableText()
  target_id?: string;

  @ApiPropertyOptional({
    example: '2026-11-23T00:00:00Z',
    description: 'Only what was recorded at or after it.',
  })
  @IsOptional()
  @IsTime()
  from?: string;

  @ApiPropertyOptional({ example: '2026-11-24T00:00:00Z', description: 'Only what was recorded before it.' })
  @IsOptional()
  @IsTime()
  to?: string;
}

/** Query of the list of changes. */
export class AuditQueryDto extends IntersectionType(AuditFilterDto, PageQueryDto) implements AuditQuery {
  @ApiPropertyOptional({ enum: AUDIT_SORTS, default: '-position' })
  @IsOptional()
  @IsIn(AUDIT_SORTS)
  sort: string = '-position';
}

/** Query of the export. */
export class AuditExportQueryDto extends AuditFilterDto implements AuditExportQuery {
  @ApiPropertyOptional({ enum: AUDIT_EXPORT_FORMATS, default: 'jsonl' })
  @IsOptional()
  @IsIn(AUDIT_EXPORT_FORMATS)
  format: AuditExportFormat = 'jsonl';
}

/** Query of the check: a head that was noted before. */
export class AuditVerifyQueryDto implements AuditVerifyQuery {
  @ApiPropertyOptional({
    ...LARGE_INTEGER,
    minimum: 1,
    example: 1043,
    description: 'The position of a head that was noted before; with `hash`.',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  position?: number;

  @ApiPropertyOptional({ example: HASH, description: 'Its hash, which must still be the one there.' })
  @IsOptional()
  @Matches(HASH_PATTERN)
  hash?: string;
}

/** One change. */
export class AuditEntryDto implements AuditEntry {
  @ApiProperty({ ...LARGE_INTEGER, example: 1043, description: 'From 1, without gaps.' })
  position: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T20:00:00.000Z' })
  at: string;

  @ApiProperty({ enum: AUDIT_ACTIONS, example: 'organization.changed' })
  action: AuditAction;

  @ApiProperty({ enum: AUDIT_ACTOR_KINDS, example: 'user' })
  actor_kind: AuditActorKind;

  @ApiProperty({ example: '7c0b1f60-54c8-4f7e-9a53-0d0d1d2f6c11' })
  actor_id: string;

  @ApiProperty({ example: 'admin@moolai.local' })
  actor_name: string;

  @ApiProperty({ type: String, nullable: true, example: '203.0.113.7' })
  address: string | null;

  @ApiProperty({ type: String, nullable: true, example: '1d7d9f1e-7c44-4b0a-8f4e-5b7a4f0a9b21' })
  request_id: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'org-001', description: 'Null for the whole fleet.' })
  organization_id: string | null;

  @ApiProperty({ enum: AUDIT_TARGET_TYPES, example: 'organization' })
  target_type: AuditTargetType;

  @ApiProperty({ example: 'org-001' })
  target_id: string;

  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: true,
    example: { name: 'Acme' },
    description: 'The fields that changed, as they were. Secrets are masked.',
  })
  before: JsonObject | null;

  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: true,
    example: { name: 'Acme Inc.' },
    description: 'The same as they are since.',
  })
  after: JsonObject | null;

  @ApiProperty({ example: HASH, description: 'The hash of the entry before.' })
  previous_hash: string;

  @ApiProperty({
    example: HASH,
    description: 'SHA-256 over the previous hash, the position and the content.',
  })
  hash: string;
}

/** The end of the chain. */
class AuditHeadDto {
  @ApiProperty({ ...LARGE_INTEGER, example: 1043 })
  position: number;

  @ApiProperty({ example: HASH })
  hash: string;
}

/** Where the chain is broken. */
class AuditBreakDto {
  @ApiProperty({ ...LARGE_INTEGER, example: 17 })
  position: number;

  @ApiProperty({ example: 'Its content is not what was recorded.' })
  detail: string;
}

/** What the check of the chain found. */
export class AuditVerificationDto implements AuditVerification {
  @ApiProperty({ example: true })
  ok: boolean;

  @ApiProperty({ ...LARGE_INTEGER, example: 1043, description: 'Entries that are whole.' })
  count: number;

  @ApiProperty({ type: AuditHeadDto, nullable: true, description: 'To be noted somewhere else.' })
  head: AuditHeadDto | null;

  @ApiProperty({ type: AuditBreakDto, nullable: true, example: null })
  broken: AuditBreakDto | null;
}
