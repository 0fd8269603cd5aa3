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

/** Filters of the audit log. */
export class AuditFilterDto
  extends OmitType(ListQueryDto, ['page', 'page_size'] as const)
  implements AuditFilter
{
  @TextField({
    optional: true,

    maxLength: 255,
    typeLast: true,
    example: 'admin@moolai.local',
    description: 'The full name or id of an actor.',
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
    description: 'ISO 8601, inclusive.',
  })
  from?: string;

  @TimeField({
    optional: true,

    example: '2026-11-24T00:00:00Z',
    description: 'ISO 8601, exclusive.',
  })
  to?: string;
}

/** Query of the audit log. */
export class AuditQueryDto extends IntersectionType(AuditFilterDto, PageQueryDto) implements AuditQuery {
  @EnumField(AUDIT_SORTS, { optional: true, default: '-position' })
  sort: string = '-position';
}

/** Query of the export. */
export class AuditExportQueryDto extends AuditFilterDto implements AuditExportQuery {
  @EnumField(AUDIT_EXPORT_FORMATS, { optional: true, default: 'jsonl' })
  format: AuditExportFormat = 'jsonl';
}

/** Query of the check, optionally with a head noted earlier. */
export class AuditVerifyQueryDto implements AuditVerifyQuery {
  @IntegerField({
    optional: true,
    inQuery: true,
    large: true,
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    example: 1043,
    description: 'The position of a head noted earlier; requires `hash`.',
  })
  position?: number;

  @PatternField(HASH_PATTERN, {
    optional: true,
    example: HASH,
    description: 'The hash noted with it, which the entry must still have.',
  })
  hash?: string;
}

/** One audit entry. */
export class AuditEntryDto implements AuditEntry {
  @IntegerField({ large: true, example: 1043, description: 'Starts at 1, without gaps.' })
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

  @IdField({
    nullable: true,
    example: 'org-001',
    description: 'Null for changes that concern the whole fleet.',
  })
  organization_id: string | null;

  @EnumField(AUDIT_TARGET_TYPES, { example: 'organization' })
  target_type: AuditTargetType;

  @TextField({ example: 'org-001' })
  target_id: string;

  @JsonObjectField({
    nullable: true,
    example: { name: 'Acme' },
    description: 'Values of the changed fields before the change. Secrets are masked.',
  })
  before: JsonObject | null;

  @JsonObjectField({
    nullable: true,
    example: { name: 'Acme Inc.' },
    description: 'Values of the same fields after the change.',
  })
  after: JsonObject | null;

  @TextField({ example: HASH, description: 'The hash of the preceding entry.' })
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

  @TextField({ example: 'The content differs from the recorded hash.' })
  detail: string;
}

/** Result of the check of the chain. */
export class AuditVerificationDto implements AuditVerification {
  @BooleanField({ example: true })
  ok: boolean;

  @IntegerField({ large: true, example: 1043, description: 'Number of intact entries.' })
  count: number;

  @ObjectField(AuditHeadDto, {
    nullable: true,
    description: 'The newest intact entry, to note outside the controller.',
  })
  head: AuditHeadDto | null;

  @ObjectField(AuditBreakDto, { nullable: true, example: null })
  broken: AuditBreakDto | null;
}
