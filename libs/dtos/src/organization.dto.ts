import {
  ORGANIZATION_SORT_FIELDS,
  ORGANIZATION_STATUSES,
  type JsonObject,
  type Organization,
  type OrganizationStatus,
} from '@moolai/contracts';
import { ListQueryDto } from './list-query.dto.js';
import {
  BooleanField,
  EnumField,
  IdField,
  IntegerField,
  JsonObjectField,
  TextField,
  TimeField,
} from './fields/index.js';

/** Each sortable field, ascending and descending. */
function sortValues(fields: readonly string[]): string[] {
  return fields.flatMap((field) => [field, `-${field}`]);
}

export const ORGANIZATION_SORTS = sortValues(ORGANIZATION_SORT_FIELDS);

/** Query of the list of organizations. */
export class OrganizationListQueryDto extends ListQueryDto {
  @EnumField(ORGANIZATION_SORTS, { optional: true, default: 'organization_id' })
  sort: string = 'organization_id';
}

/** An organization. */
export class OrganizationDto implements Organization {
  @IdField({ example: 'org-001' })
  organization_id: string;

  @TextField({ example: 'Default organization' })
  name: string;

  @EnumField(ORGANIZATION_STATUSES, { example: 'active' })
  status: OrganizationStatus;

  @BooleanField({ example: true })
  is_active: boolean;

  @BooleanField({
    example: false,
    description: 'If true, orchestrators that register later start independent.',
  })
  is_independent: boolean;

  @TextField({ nullable: true, example: null })
  independence_reason: string | null;

  @TimeField({ nullable: true, example: null })
  independence_expires_at: string | null;

  @JsonObjectField({ example: { session_config: { max_tokens: 4096 } } })
  settings: JsonObject;

  @IntegerField({ example: 2 })
  settings_revision: number;

  @TextField({ nullable: true, example: 'admin@example.com' })
  admin_email: string | null;

  @TextField({ nullable: true, example: null })
  support_email: string | null;

  @TextField({ nullable: true, example: 'https://example.com' })
  website: string | null;

  @IntegerField({ example: 2 })
  orchestrator_count: number;

  @TimeField()
  created_at: string;

  @TimeField()
  updated_at: string;
}
