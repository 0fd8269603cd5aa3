import {
  AUDIT_ACTIONS,
  AUDIT_ACTOR_KINDS,
  AUDIT_EXPORT_FORMATS,
  AUDIT_SORT_FIELDS,
  AUDIT_TARGET_TYPES,
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
import { IntersectionType, OmitType } from '@nestjs/swagger';
import { ListQueryDto, PageQueryDto } from './list-query.dto.js';
import {
  BooleanField,
  EnumField,
  IdField,
  IntegerField,
  JsonObjectField,
  ObjectField,
  PatternField,
  TextField,
  TimeField,
} from './fields/index.js';

const HASH = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const HASH_PATTERN = /^[0-9a-f]{64}$/;
const AUDIT_SORTS = AUDIT_SORT_FIELDS.flatMap((field) => [field, `-${field}`]);

/** What narrows down the audit. */
export class AuditFilterDto
  extends OmitType(ListQueryDto, ['page', 'page_size'] as const)
  implements AuditFilter
{
  @TextField({
    optional: true,

    maxLength: 255,
    typeLast: true,
    example: 'admin@moolai.local',
    description: 'The whole name or id of an actor.',
  })
  actor?: string;

  @EnumField(AUDIT_ACTOR_KINDS, { optional: true })
  actor_kind?: AuditActorKind;

  @EnumField(AUDIT_ACTIONS, { optional: true })
  action?: AuditAction;

  @IdField({ optional: true, example: 'org-001' })
  organization_id?: string;

  @EnumField(AUDIT_TARGET_TYPES, { optional: true })
  target_type?: AuditTargetType;

  @TextField({ optional: true, maxLength: 255, typeLast: true, example: 'orch-001' })
  target_id?: string;

  @TimeField({
    optional: true,

    example: '2026-11-23T00:00:00Z',
    description: 'Only what was recorded at or after it.',
  })
  from?: string;

  @TimeField({
    optional: true,

    example: '2026-11-24T00:00:00Z',
    description: 'Only what was recorded before it.',
  })
  to?: string;
}

/** Query of the list of changes. */
export class AuditQueryDto extends IntersectionType(AuditFilterDto, PageQueryDto) implements AuditQuery {
  @EnumField(AUDIT_SORTS, { optional: true, default: '-position' })
  sort: string = '-position';
}

/** Query of the export. */
export class AuditExportQueryDto extends AuditFilterDto implements AuditExportQuery {
  @EnumField(AUDIT_EXPORT_FORMATS, { optional: true, default: 'jsonl' })
  format: AuditExportFormat = 'jsonl';
}

/** Query of the check: a head that was noted before. */
export class AuditVerifyQueryDto implements AuditVerifyQuery {
  @IntegerField({
    optional: true,
    inQuery: true,
    large: true,
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    example: 1043,
    description: 'The position of a head that was noted before; with `hash`.',
  })
  position?: number;

  @PatternField(HASH_PATTERN, {
    optional: true,
    example: HASH,
    description: 'Its hash, which must still be the one there.',
  })
  hash?: string;
}

/** One change. */
export class AuditEntryDto implements AuditEntry {
  @IntegerField({ large: true, example: 1043, description: 'From 1, without gaps.' })
  position: number;

  @TimeField()
  at: string;

  @EnumField(AUDIT_ACTIONS, { example: 'organization.changed' })
  action: AuditAction;

  @EnumField(AUDIT_ACTOR_KINDS, { example: 'user' })
  actor_kind: AuditActorKind;

  @TextField({ example: '7c0b1f60-54c8-4f7e-9a53-0d0d1d2f6c11' })
  actor_id: string;

  @TextField({ example: 'admin@moolai.local' })
  actor_name: string;

  @TextField({ nullable: true, example: '203.0.113.7' })
  address: string | null;

  @TextField({ nullable: true, example: '1d7d9f1e-7c44-4b0a-8f4e-5b7a4f0a9b21' })
  request_id: string | null;

  @IdField({ nullable: true, example: 'org-001', description: 'Null for the whole fleet.' })
  organization_id: string | null;

  @EnumField(AUDIT_TARGET_TYPES, { example: 'organization' })
  target_type: AuditTargetType;

  @TextField({ example: 'org-001' })
  target_id: string;

  @JsonObjectField({
    nullable: true,
    example: { name: 'Acme' },
    description: 'The fields that changed, as they were. Secrets are masked.',
  })
  before: JsonObject | null;

  @JsonObjectField({
    nullable: true,
    example: { name: 'Acme Inc.' },
    description: 'The same as they are since.',
  })
  after: JsonObject | null;

  @TextField({ example: HASH, description: 'The hash of the entry before.' })
  previous_hash: string;

  @TextField({ example: HASH, description: 'SHA-256 over the previous hash, the position and the content.' })
  hash: string;
}

/** The end of the chain. */
export class AuditHeadDto {
  @IntegerField({ large: true, example: 1043 })
  position: number;

  @TextField({ example: HASH })
  hash: string;
}

/** Where the chain is broken. */
export class AuditBreakDto {
  @IntegerField({ large: true, example: 17 })
  position: number;

  @TextField({ example: 'Its content is not what was recorded.' })
  detail: string;
}

/** What the check of the chain found. */
export class AuditVerificationDto implements AuditVerification {
  @BooleanField({ example: true })
  ok: boolean;

  @IntegerField({ large: true, example: 1043, description: 'Entries that are whole.' })
  count: number;

  @ObjectField(AuditHeadDto, { nullable: true, description: 'To be noted somewhere else.' })
  head: AuditHeadDto | null;

  @ObjectField(AuditBreakDto, { nullable: true, example: null })
  broken: AuditBreakDto | null;
}
