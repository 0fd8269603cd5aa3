import {
  CONFIG_STATUSES,
  ORCHESTRATOR_SORT_FIELDS,
  ORCHESTRATOR_STATUSES,
  type ConfigStatus,
  type OrchestratorFacetsQuery,
  type OrchestratorListQuery,
  type OrchestratorStatus,
} from '@moolai/contracts';
import { OmitType } from '@nestjs/swagger';
import { ListQueryDto } from './list-query.dto.js';
import { BooleanField, EnumField, IdField, PatternField, TextField } from './fields/index.js';

export const ORCHESTRATOR_SORTS = ORCHESTRATOR_SORT_FIELDS.flatMap((field) => [field, `-${field}`]);

const LABEL = /^[A-Za-z0-9][A-Za-z0-9._-]{0,49}(=[^\u0000]{0,200})?$/;

/** Query of the list of orchestrators. */
export class OrchestratorListQueryDto extends ListQueryDto implements OrchestratorListQuery {
  @IdField({ optional: true, example: 'org-001' })
  organization_id?: string;

  @EnumField(ORCHESTRATOR_STATUSES, { optional: true })
  status?: OrchestratorStatus;

  @PatternField(LABEL, {
    optional: true,
    maxLength: 251,
    example: 'region=eu-central',
    description: '`key`, or `key=value`.',
  })
  label?: string;

  @TextField({
    optional: true,
    maxLength: 100,
    characters: 'no NUL',
    typeLast: true,
    example: '2.4.1',
    description: 'The exact version of its software.',
  })
  version?: string;

  @EnumField(CONFIG_STATUSES, {
    optional: true,
    description: 'Status of the desired configuration.',
  })
  config_status?: ConfigStatus;

  @BooleanField({
    optional: true,
    inQuery: true,
    description: 'True for orchestrators with an open connection.',
  })
  connected?: boolean;

  @BooleanField({
    optional: true,
    inQuery: true,
    description: 'True for quarantined orchestrators.',
  })
  quarantined?: boolean;

  @EnumField(ORCHESTRATOR_SORTS, { optional: true, default: 'orchestrator_id' })
  sort: string = 'orchestrator_id';
}

/** Filters of the orchestrators' facets. */
export class OrchestratorFacetsQueryDto
  extends OmitType(OrchestratorListQueryDto, ['page', 'page_size', 'sort'] as const)
  implements OrchestratorFacetsQuery {}
